/** Live view, snapshots and the bell of an accessory: what HAP's camera and doorbell controllers ask for. */
import type { CameraControllerOptions, Service } from 'homebridge';
import type { CameraAccessoryOptions } from './camera-accessory.ts';
import { audioEncoder, createLiveStream, STREAM_COUNT, streamingOptions } from './live-stream.ts';
import { createSnapshots } from './snapshot.ts';

export function configureCamera(options: CameraAccessoryOptions, motion: Service) {
  const { api, camera, config, ffmpeg, startChild, clock, log } = options;
  const { CameraController, DoorbellController } = api.hap;
  const live = createLiveStream({
    ...{ camera, ffmpeg, startChild, clock, log },
    drawSsrc: () => CameraController.generateSynchronisationSource(),
    endInHomeKit: (sessionId) => controller.forceStopStreamingSession(sessionId),
  });
  const snapshots = createSnapshots({ camera, clock, log });
  const settings: CameraControllerOptions = {
    cameraStreamCount: STREAM_COUNT,
    delegate: {
      handleSnapshotRequest: (request, callback) => void snapshots.handle(request, callback),
      prepareStream: live.prepareStream,
      handleStreamRequest: live.handleStreamRequest,
    },
    streamingOptions: streamingOptions(audioEncoder(ffmpeg)),
    // Handed in here, so that secure video will find its trigger.
    sensors: { motion },
  };
  const doorbell =
    config.kind === 'doorbell' ? new DoorbellController({ ...settings, name: config.name }) : undefined;
  const controller = doorbell ?? new CameraController(settings);
  return { controller, live, snapshots, ringDoorbell: () => doorbell?.ringDoorbell() };
}
