/** Live view, snapshots and the bell of an accessory: what HAP's camera and doorbell controllers ask for. */
import type { CameraControllerOptions, PlatformAccessory, Service } from 'homebridge';
import type { CameraAccessoryOptions } from './camera-accessory.ts';
import { SINGLE_PRESS } from './hap-values.ts';
import { audioEncoder, createLiveStream, STREAM_COUNT, streamingOptions } from './live-stream.ts';
import { createSnapshots } from './snapshot.ts';

export function configureCamera(
  options: CameraAccessoryOptions,
  accessory: PlatformAccessory,
  motion: Service,
) {
  const { api, camera, config, ffmpeg, startChild, clock, log } = options;
  const { CameraController, DoorbellController } = api.hap;
  const live = createLiveStream({
    ...{ camera, ffmpeg, startChild, clock, log },
    drawSsrc: () => CameraController.generateSynchronisationSource(),
    endInHomeKit: (sessionId) => controller.forceStopStreamingSession(sessionId),
  });
  const snapshot = createSnapshots({ camera, clock, log });
  const settings: CameraControllerOptions = {
    cameraStreamCount: STREAM_COUNT,
    delegate: {
      handleSnapshotRequest: (request, callback) => void snapshot(request, callback),
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
  const button = doorbell && configureButton(options, accessory);
  const ring = () => {
    doorbell?.ringDoorbell();
    button?.();
  };
  return { controller, live, ring };
}

/** HomeKit's doorbell cannot start automations; a button can. Only a single press exists, so nothing else is offered. */
function configureButton({ api, config }: CameraAccessoryOptions, accessory: PlatformAccessory): () => void {
  const { ProgrammableSwitchEvent } = api.hap.Characteristic;
  const { StatelessProgrammableSwitch } = api.hap.Service;
  const button =
    accessory.getService(StatelessProgrammableSwitch) ??
    accessory.addService(new StatelessProgrammableSwitch(`${config.name} button`));
  button
    .getCharacteristic(ProgrammableSwitchEvent)
    .setProps({ minValue: SINGLE_PRESS, maxValue: SINGLE_PRESS, validValues: [SINGLE_PRESS] })
    .onGet(() => null);
  return () => button.updateCharacteristic(ProgrammableSwitchEvent, SINGLE_PRESS);
}
