/** Notification messages, as they come in a `PullMessagesResponse` (ONVIF Core Specification, sections 9.4 and 9.5). */
import { findElement, findElements, findText, type XmlElement } from '../../system/xml.ts';
import { plainTopic } from './topic-policy.ts';

export interface Notification {
  /** Without prefixes. */
  topic: string;
  /** `initialized`: what is, told to a new subscriber; not a thing that happened. */
  operation: 'initialized' | 'changed' | 'deleted';
  /** Epoch ms by the camera's clock. */
  utcTime?: number;
  source: ReadonlyMap<string, string>;
  data: ReadonlyMap<string, string>;
}

const MAX_NOTIFICATIONS = 256;
const MAX_ITEMS = 32;

/** Those that can be read, in their order. */
export function readNotifications(reply: XmlElement): Notification[] {
  return findElements(reply, 'NotificationMessage')
    .slice(0, MAX_NOTIFICATIONS)
    .flatMap((element): Notification[] => {
      const topic = plainTopic(findText(element, 'Topic') ?? '');
      const message = findElement(element, 'Message', 'Message');
      if (topic === '' || !message) return [];
      const utcTime = readTime(message.attributes.get('UtcTime'));
      return [
        {
          topic,
          operation: readOperation(message.attributes.get('PropertyOperation')),
          source: new Map([...items(message, 'Source'), ...items(message, 'Key')]),
          data: items(message, 'Data'),
          ...(utcTime !== undefined && { utcTime }),
        },
      ];
    });
}

function items(message: XmlElement, part: string): Map<string, string> {
  const simple = findElements(findElement(message, part), 'SimpleItem').slice(0, MAX_ITEMS);
  return new Map(
    simple.map(({ attributes }) => [
      attributes.get('Name')?.slice(0, 128) ?? '',
      attributes.get('Value')?.slice(0, 256) ?? '',
    ]),
  );
}

function readOperation(text: string | undefined): Notification['operation'] {
  const word = text?.toLowerCase();
  return word === 'initialized' || word === 'deleted' ? word : 'changed';
}

/** An `xs:dateTime`; without a time zone it is UTC, as its name says. */
function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const zoned = /(z|[+-]\d{2}:?\d{2})$/i.test(text.trim()) ? text.trim() : `${text.trim()}Z`;
  const time = Date.parse(zoned);
  return Number.isFinite(time) ? time : undefined;
}
