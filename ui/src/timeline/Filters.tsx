import type { CameraInfo } from '../../../protocol/api.ts';
import { words } from '../words/en.ts';
import { KIND_FILTER_NAMES, type KindFilter } from './kind-filter.ts';

export interface FiltersProps {
  kind: KindFilter;
  onKind(kind: KindFilter): void;
  cameras: readonly CameraInfo[];
  /** Camera id; undefined is all of them. */
  camera: string | undefined;
  onCamera(camera: string | undefined): void;
}

export function Filters({ kind, onKind, cameras, camera, onCamera }: FiltersProps) {
  const say = words.timeline;
  return (
    <div class="filters">
      <fieldset class="chips">
        <legend class="unseen">{say.kindFilter}</legend>
        {KIND_FILTER_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            class="filter"
            aria-pressed={name === kind}
            onClick={() => onKind(name)}
          >
            {say[name]}
          </button>
        ))}
      </fieldset>
      {cameras.length > 1 && (
        <select
          class="filter"
          aria-label={say.cameraFilter}
          value={camera ?? ''}
          onChange={(event) => onCamera(event.currentTarget.value || undefined)}
        >
          <option value="">{say.allCameras}</option>
          {cameras.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
