/** What an office's upload page takes: few files, none of them large, with plain names. */

/** Files in one bag; upload links of the police take about so many. */
export const MOST_FILES = 16;
/** No file and no ZIP is as long as this, in bytes. */
export const TOO_LARGE = 2_000_000_000;

const ID = /^[a-z0-9](?:-?[a-z0-9]){0,47}$/;
/** 26 letters of a ULID begin with the time that they were made at. */
const ULID = /[0-7][0-9a-hjkmnp-tv-z]{25}/;
/** Names that Windows keeps for itself. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** Why a bag may not have this name; undefined when it may. It is that of a folder, and no moment can be read from it. */
export function refuseId(id: string): string | undefined {
  if (!ID.test(id) || DEVICE.test(id))
    return 'its name is not made of a few small letters, digits and single hyphens.';
  return ULID.test(id) ? 'its name tells when the footage was made.' : undefined;
}

/** Why these files are no bag for an office's upload page; undefined when they are. */
export function refuseFiles(files: readonly { path: string; bytes: number }[]): string | undefined {
  if (files.length > MOST_FILES)
    return `it would have ${files.length} files, and ${MOST_FILES} are the most.`;
  const large = files.find(({ bytes }) => bytes >= TOO_LARGE);
  return large && `${large.path} has ${(large.bytes / 1e9).toFixed(1)} GB, and it must be less than 2.`;
}
