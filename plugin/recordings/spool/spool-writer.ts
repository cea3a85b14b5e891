import { rm } from 'node:fs/promises';
import type { Fragment } from '../../camera/contract.ts';
import type { RecordingWriter } from '../contract.ts';
import type { FragmentFacts } from '../mp4/fragment-facts.ts';
import { FragmentMerger, type Merged } from '../mp4/fragment-merger.ts';
import type { RecordingInit } from '../mp4/recording-init.ts';
import type { Recording, RecordingOpening, SpoolTier } from '../recording.ts';
import { closeRecording } from './close-recording.ts';
import { makeFolder, syncFolder } from './durable.ts';
import { beginsSegment } from './segment-cut.ts';
import { SegmentFile } from './segment-file.ts';
import type { SpoolContext } from './spool-context.ts';

export interface WriterOptions {
  opening: RecordingOpening;
  init: RecordingInit;
  /** Resolves when the folder with the start of the stream is durable: no segment counts before. */
  durable: Promise<void>;
  /** Where the next segment goes. */
  tier(): Promise<SpoolTier>;
  /** Removes all traces, row and files. */
  forget(): Promise<void>;
}

interface OpenSegment {
  file: SegmentFile;
  n: number;
  tier: SpoolTier;
  /** In ticks of the video track, from the start of the recording. */
  from: number;
  to: number;
}

/**
 * Writes one recording into the spool: merged fragments appended to the segment as they come, segment after segment. A full segment is made durable
 * while the next one is already being written: a disk that takes a second for it must not hold pictures back.
 */
export class SpoolWriter implements RecordingWriter {
  readonly #context: SpoolContext;
  readonly #options: WriterOptions;
  readonly #merger: FragmentMerger;
  readonly #fragments: FragmentFacts[] = [];
  #segment: OpenSegment | undefined;
  #next = 0;
  #end = 0;
  /** The segments before the one that is being written, one after the other. */
  #sealing: Promise<void>;
  /** The first error; nothing is written after it, since it would be a jump in the picture. */
  #failure: { error: unknown } | undefined;

  constructor(context: SpoolContext, options: WriterOptions) {
    this.#context = context;
    this.#options = options;
    this.#merger = new FragmentMerger(options.init);
    this.#sealing = this.#watched(options.durable);
  }

  async write(fragment: Fragment): Promise<void> {
    for (const merged of this.#merger.push(fragment)) await this.#append(merged);
  }

  /**
   * Ends it, with everything up to the last whole fragment. Where that fails (a full disk has no room for the index either), the recording stays as it is on
   * the disk, to be finished later.
   */
  async complete(eventIds: readonly string[]): Promise<Recording | undefined> {
    const { opening, init } = this.#options;
    for (const merged of this.#merger.flush()) await this.#append(merged).catch(() => {});
    if (this.#fragments.length === 0) {
      await this.abandon();
      await this.#options.forget();
      if (this.#failure) throw this.#failure.error;
      return undefined;
    }
    await this.#sealLast();
    const { event } = opening;
    const closing = { init, fragments: this.#fragments, eventIds, ...(event && { event }) };
    return closeRecording(this.#context, opening.id, closing);
  }

  /** Leaves it as a crash would. Never rejects. */
  async abandon(): Promise<void> {
    await this.#segment?.file.abandon().catch(() => {});
    this.#segment = undefined;
    await this.#sealing.catch(() => {});
  }

  async #append(merged: Merged): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    try {
      if (this.#segment && this.#isLongEnough(this.#segment, merged)) await this.#cut(this.#segment);
      this.#segment ??= await this.#begin(merged.pictures?.from ?? this.#end);
      await this.#segment.file.append(merged.parts);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
    this.#fragments.push({ bytes: merged.bytes, ...(merged.pictures && { pictures: merged.pictures }) });
    this.#end = Math.max(this.#end, merged.pictures?.to ?? 0);
    this.#segment.to = Math.max(this.#segment.to, this.#end);
  }

  #isLongEnough({ from, to }: OpenSegment, merged: Merged): boolean {
    return beginsSegment(merged, { ms: this.#ms(to - from) }, this.#context.segmentMs);
  }

  async #begin(from: number): Promise<OpenSegment> {
    const { places } = this.#context;
    const { id } = this.#options.opening;
    const n = this.#next;
    const tier = await this.#options.tier();
    if (tier === 'rolling') await makeFolder(places.of(id, tier));
    const file = await SegmentFile.create(places.segment(id, { n, tier }));
    this.#next += 1;
    return { file, n, tier, from, to: from };
  }

  /** Ends a segment. No more than one is on its way to the disk beside the one that is being written. */
  async #cut(segment: OpenSegment): Promise<void> {
    await this.#sealing;
    this.#segment = undefined;
    this.#sealing = this.#watched(this.#seal(segment));
  }

  async #sealLast(): Promise<void> {
    const segment = this.#segment;
    this.#segment = undefined;
    try {
      await this.#sealing;
    } catch (error) {
      await segment?.file.abandon();
      throw error;
    }
    if (!segment) return;
    if (segment.file.bytes > 0) return this.#seal(segment);
    // Not even its first fragment was taken.
    await segment.file.abandon();
    await rm(segment.file.path, { force: true });
  }

  /** File, folder, row. */
  async #seal({ file, n, tier, from, to }: OpenSegment): Promise<void> {
    const { places, index } = this.#context;
    const { id, startedAt } = this.#options.opening;
    const sealed = await file.seal();
    await syncFolder(places.of(id, tier));
    index.addSegment(id, {
      n,
      startedAt: startedAt + this.#ms(from),
      endedAt: startedAt + this.#ms(to),
      tier,
      ...sealed,
    });
  }

  /** Its failure is that of the next call. */
  #watched(work: Promise<void>): Promise<void> {
    work.catch((error: unknown) => {
      this.#failure ??= { error };
    });
    return work;
  }

  #ms(ticks: number): number {
    return Math.round((ticks / this.#options.init.video.timescale) * 1000);
  }
}
