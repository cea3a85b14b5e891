export type PlayerKey = 'toggle' | 'later' | 'earlier' | 'close';

/** Elements that have their own use for these keys. */
const OWN_KEYS = ['INPUT', 'SELECT', 'TEXTAREA', 'SUMMARY'];

/** What a key means to an open recording; undefined where it belongs to the focused element or the browser. */
export function playerKey(
  event: Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey'>,
  focused: string,
): PlayerKey | undefined {
  if (event.altKey || event.ctrlKey || event.metaKey) return undefined;
  if (event.key === 'Escape') return 'close';
  if (OWN_KEYS.includes(focused)) return undefined;
  switch (event.key) {
    case ' ':
      return focused === 'BUTTON' ? undefined : 'toggle';
    case 'ArrowUp':
    case 'ArrowRight':
      return 'later';
    case 'ArrowDown':
    case 'ArrowLeft':
      return 'earlier';
    default:
      return undefined;
  }
}
