/** What `msg.media` says beside a medium. */

export interface MediaFacts {
  /** `image/jpeg`, `video/mp4`. */
  contentType: string;
  bytes: number;
  /** In pixels. */
  width?: number;
  height?: number;
  /** The moment that it shows, or begins with, epoch ms. */
  takenAt: number;
  /** How long ago that was when the message went out, in ms. */
  ageMs: number;
  /** `event`: picture of an event; `clip`: recording of one; else how the hub came by a picture of now: `decoded`, `ring`, `privacy`, … */
  source: string;
  /** Of the picture or clip at the hub; a picture of now has none. */
  id?: string;
}
