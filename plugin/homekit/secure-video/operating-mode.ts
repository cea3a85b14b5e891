/**
 * What the Home app allows a camera: its operating mode. HAP itself refuses live views, snapshots and recordings accordingly; here is
 * the rest.
 */
import type { API, CameraController } from 'homebridge';

export interface OperatingMode {
  /** False when the Home app has switched the camera off: nothing may be kept for HomeKit. */
  readonly cameraActive: boolean;
  /** Whether recordings may have sound. */
  readonly audioActive: boolean;
  /** Tells the Home app that somebody switched the camera off by hand: privacy mode. */
  showManuallyDisabled(disabled: boolean): void;
  /** Calls back when one of these changes. To be called once HAP has made the services. */
  onChange(listener: () => void): void;
}

/** Before HAP has made the services, everything is as a new camera has it. */
export function operatingMode(api: API, controller: () => CameraController | undefined): OperatingMode {
  const { HomeKitCameraActive, RecordingAudioActive, ManuallyDisabled } = api.hap.Characteristic;
  const management = () => controller()?.recordingManagement;
  return {
    get cameraActive() {
      return truth(management()?.operatingModeService.getCharacteristic(HomeKitCameraActive).value ?? true);
    },
    get audioActive() {
      const service = management()?.recordingManagementService;
      return truth(service?.getCharacteristic(RecordingAudioActive).value ?? false);
    },
    showManuallyDisabled(disabled) {
      const service = management()?.operatingModeService;
      service?.getCharacteristic(ManuallyDisabled).updateValue(disabled);
    },
    onChange(listener) {
      const { operatingModeService, recordingManagementService } = management() ?? {};
      operatingModeService?.getCharacteristic(HomeKitCameraActive).on('change', listener);
      recordingManagementService?.getCharacteristic(RecordingAudioActive).on('change', listener);
    },
  };
}

/** HAP's booleans are also 0 and 1. */
const truth = (value: unknown) => value === true || value === 1;
