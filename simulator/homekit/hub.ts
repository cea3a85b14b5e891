/** A home hub, as an Apple TV is one: arms HomeKit Secure Video and fetches recordings over a HomeKit Data Stream. */
import { CHARACTERISTIC, type HomeKitController, SERVICE } from './controller.ts';
import { DataStream } from './data-stream.ts';
import { HubRecording } from './hub-recording.ts';
import {
  type RecordingOffer,
  type RecordingWish,
  readRecordingOffer,
  selectRecording,
} from './recording-selection.ts';

export interface ArmWish extends RecordingWish {
  /** Whether the owner wants sound in recordings. Default true. */
  audio?: boolean;
}

export interface RecordWish {
  /** Ends the recording as a hub does that has enough: with a close of reason 0. */
  signal?: AbortSignal;
}

const RECORDING = SERVICE.recordingManagement;
const MODE = SERVICE.operatingMode;

export class HomeHub {
  readonly #controller: HomeKitController;
  readonly #aid: number | undefined;

  /** @param aid the camera's accessory, where the controller knows several */
  constructor(controller: HomeKitController, aid?: number) {
    this.#controller = controller;
    this.#aid = aid;
  }

  /** What the camera says that it can record. */
  async offer(): Promise<RecordingOffer> {
    const [general, video, audio] = [
      await this.#read(RECORDING, CHARACTERISTIC.supportedRecording),
      await this.#read(RECORDING, CHARACTERISTIC.supportedVideoRecording),
      await this.#read(RECORDING, CHARACTERISTIC.supportedAudioRecording),
    ];
    return readRecordingOffer(String(general), String(video), String(audio));
  }

  /** Selects a configuration and switches recording on, as choosing "Stream & Allow Recording" in the Home app does. */
  async arm({ audio = true, ...wish }: ArmWish = {}): Promise<void> {
    const selection = selectRecording(await this.offer(), wish);
    await this.#write(RECORDING, CHARACTERISTIC.selectedRecording, selection);
    await this.recordAudio(audio);
    await this.#write(MODE, CHARACTERISTIC.eventSnapshotsActive, 1);
    await this.allowCamera(true);
    await this.#write(RECORDING, CHARACTERISTIC.active, 1);
  }

  /** Switches recording off, as choosing "Stream" does. */
  async disarm(): Promise<void> {
    await this.#write(RECORDING, CHARACTERISTIC.active, 0);
  }

  /** The Home app's "Record Audio". */
  async recordAudio(on: boolean): Promise<void> {
    await this.#write(RECORDING, CHARACTERISTIC.recordingAudioActive, on ? 1 : 0);
  }

  /** "Off" in the Home app and back. */
  async allowCamera(on: boolean): Promise<void> {
    await this.#write(MODE, CHARACTERISTIC.homeKitCameraActive, on ? 1 : 0);
  }

  /** Whether recording is switched on. */
  async isArmed(): Promise<boolean> {
    return Number(await this.#read(RECORDING, CHARACTERISTIC.active)) === 1;
  }

  /** The selected configuration as base64. @throws Error when there is none */
  async selection(): Promise<string> {
    const value = await this.#read(RECORDING, CHARACTERISTIC.selectedRecording);
    if (typeof value !== 'string' || value === '')
      throw new Error('The camera has no selected configuration.');
    return value;
  }

  /** Opens a data stream and asks for a recording. @throws RecordingRefused with the reason, such as `busy` or `not-allowed` */
  async record({ signal }: RecordWish = {}): Promise<HubRecording> {
    const stream = await DataStream.open(this.#controller, this.#aid);
    return HubRecording.open(stream, signal);
  }

  #key(service: string, type: string): string {
    return this.#controller.characteristic(service, type, this.#aid).key;
  }

  #read(service: string, type: string): Promise<unknown> {
    return this.#controller.read(this.#key(service, type));
  }

  #write(service: string, type: string, value: unknown): Promise<void> {
    return this.#controller.write(this.#key(service, type), value);
  }
}
