/** The part of a Homebridge logger that Doorstep uses; tests and commands bring their own. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Puts a name before each line, as in `[Front door] …`. */
export function prefixed(log: Log, name: string): Log {
  const add = (message: string) => `[${name}] ${message}`;
  return {
    debug: (message) => log.debug(add(message)),
    info: (message) => log.info(add(message)),
    warn: (message) => log.warn(add(message)),
    error: (message) => log.error(add(message)),
  };
}

/**
 * Hides user names and passwords of every URL in a text, and query values that look like secrets. Passwords may hold `@ / ? #`
 * unencoded, so all up to the last `@` of a URL counts as one; rather too much is hidden than too little.
 */
export function withoutSecrets(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)(\S*)@(\S*)/gi, (_, scheme: string, before: string, after: string) =>
      // That `@` may stand in a value of a query, and what follows be the rest of a secret.
      /[/?#].*=/.test(before) ? `${scheme}***` : `${scheme}***@${after}`,
    )
    .replace(/([?&](?:password|passwd|pwd|pass|token|key|secret)=)[^&\s]+/gi, '$1***')
    .replace(/\/hooks\/[^/\s]+/g, '/hooks/***');
}
