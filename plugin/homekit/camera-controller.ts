/** Live view, snapshots and the bell of an accessory: what HAP's camera and doorbell controllers ask for. */
import type { CameraController, CameraControllerOptions } from 'homebridge';
import { offersTalk } from '../camera/talk/camera-talk.ts';
import { SOFTWARE_ENCODER } from '../camera/video-encoder.ts';
import { createEncoderChoice } from '../camera/video-encoder-choice.ts';
import type { CameraAccessoryOptions } from './camera-accessory.ts';
import { audioEncoder, createLiveStream, STREAM_COUNT, streamingOptions } from './live-stream.ts';
import type { MotionSensor } from './motion-sensor.ts';
import { operatingMode } from './secure-video/operating-mode.ts';
import { SecureVideo } from './secure-video/secure-video.ts';
import { createSnapshots } from './snapshot.ts';

export function configureCamera(options: CameraAccessoryOptions, motion: MotionSensor) {
  const { api, camera, config, ffmpeg, startChild, clock, log } = options;
  const { CameraController, DoorbellController, HDSProtocolError } = api.hap;
  const talk = offersTalk(config.talk) ? config.talk : undefined;
  const encoders = options.encoders ?? createEncoderChoice(SOFTWARE_ENCODER, { clock, log });
  const live = createLiveStream({
    ...{ camera, ffmpeg, encoders, talk, startChild, clock, log },
    drawSsrc: () => CameraController.generateSynchronisationSource(),
    endInHomeKit: (sessionId) => controller.forceStopStreamingSession(sessionId),
  });
  const snapshots = createSnapshots({ camera, clock, log });
  const mode = operatingMode(api, () => controller);
  const secureVideo = config.hap.secureVideo
    ? new SecureVideo({
        ...{ camera, mode, ffmpeg, encoders, startChild, clock, log },
        refusal: (reason) => new HDSProtocolError(reason),
        onDisarmed: () => motion.clear(),
      })
    : undefined;
  motion.service.getCharacteristic(api.hap.Characteristic.MotionDetected).on('change', ({ newValue }) => {
    if (newValue) secureVideo?.noteMotion();
  });
  const settings: CameraControllerOptions = {
    cameraStreamCount: STREAM_COUNT,
    delegate: {
      handleSnapshotRequest: (request, callback) => void snapshots.handle(request, callback),
      prepareStream: live.prepareStream,
      handleStreamRequest: live.handleStreamRequest,
    },
    streamingOptions: streamingOptions(audioEncoder(ffmpeg), talk !== undefined),
    ...(secureVideo && { recording: secureVideo.recording }),
    // Handed in here, so that secure video finds its trigger.
    sensors: { motion: motion.service },
  };
  const doorbell =
    config.kind === 'doorbell' ? new DoorbellController({ ...settings, name: config.name }) : undefined;
  const controller: CameraController = doorbell ?? new CameraController(settings);
  return { controller, live, mode, secureVideo, snapshots, ringDoorbell: () => doorbell?.ringDoorbell() };
}
