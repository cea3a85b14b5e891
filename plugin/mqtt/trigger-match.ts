/** Which messages of a broker mean something at a camera. */

export interface MqttTrigger {
  /** Topic filter with the wildcards `+` and `#` (MQTT 5, section 4.7). */
  topic: string;
  /** What the message must say; absent or empty: any message counts. */
  payload?: string | undefined;
}

export interface MqttMessage {
  topic: string;
  payload: string;
  /** Kept by the broker from earlier: it says how things were, not that something happens. */
  retained: boolean;
}

/**
 * Whether a message sets off a trigger. A payload is compared as text; `field=value` also finds a field of a JSON object, as Zigbee2MQTT
 * sends it (`action=single` in `{"action":"single","battery":90}`; `a.b=c` for nested ones).
 */
export function matches(trigger: MqttTrigger, message: MqttMessage): boolean {
  if (message.retained || !topicMatches(trigger.topic, message.topic)) return false;
  if (!trigger.payload || trigger.payload === message.payload.trim()) return true;
  return fieldMatches(trigger.payload, message.payload);
}

/** Topic filters, MQTT 5, section 4.7. */
export function topicMatches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  // Wildcards do not reach the broker's own topics (4.7.2).
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return index === wanted.length - 1;
    if (index >= levels.length || (level !== '+' && level !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

/** Why a topic filter can't be used, or undefined (MQTT 5, section 4.7.1). */
export function topicFault(filter: string): string | undefined {
  const levels = filter.split('/');
  if (filter.includes('\0')) return 'holds a null character';
  if (levels.slice(0, -1).includes('#')) return 'has # before its end';
  if (levels.some((level) => level.length > 1 && /[+#]/.test(level)))
    return 'has a wildcard within a level; + and # stand alone between slashes';
  return undefined;
}

function fieldMatches(payload: string, text: string): boolean {
  const [, path = '', wanted = ''] = /^([^=]+)=(.*)$/s.exec(payload) ?? [];
  if (!path || !text.trimStart().startsWith('{')) return false;
  try {
    let value: unknown = JSON.parse(text);
    for (const key of path.split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
      value = (value as Record<string, unknown>)[key];
    }
    return (typeof value !== 'object' || value === null) && String(value) === wanted;
  } catch {
    return false;
  }
}
