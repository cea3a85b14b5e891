import type { IndexDatabase } from './index-database.ts';

/** What `recording-states.ts` reads and writes. */
export function prepareStates(db: IndexDatabase) {
  return {
    get: db.prepare('SELECT * FROM recording WHERE id = $id'),
    snapshot: db.prepare('SELECT 1 FROM snapshot WHERE id = $id'),
    taken: db.prepare('SELECT 1 FROM recording WHERE id = $id OR base = $base'),
    segments: db.prepare(
      'SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM segment WHERE recording = $key',
    ),
    insert:
      db.prepare(`INSERT INTO recording (id, camera, kind, event_ids, started_at, ended_at, state, base, day, spooled, bytes, sha256,
        head_bytes, head_sha256, tail_bytes, tail_sha256, holes, keep, snapshot_id)
      VALUES ($id, $camera, $kind, $events, $from, $to, $state, $base, $day, $spooled, $bytes, $sha256,
        $headBytes, $headSha256, $tailBytes, $tailSha256, $holes, $keep,
        $snapshot)`),
    insertSegment:
      db.prepare(`INSERT INTO segment (recording, n, started_at, ended_at, bytes, sha256, rolling)
      VALUES ($key, $n, $from, $to, $bytes, $sha256, $rolling)`),
    lastSegment: db.prepare('SELECT * FROM segment WHERE recording = $key ORDER BY n DESC LIMIT 1'),
    grow: db.prepare('UPDATE recording SET ended_at = $to, holes = holes + $holes WHERE key = $key'),
    move: db.prepare('UPDATE segment SET rolling = 0 WHERE recording = $key AND n = $n'),
    close: db.prepare(`UPDATE recording SET state = 'closed', event_ids = $events, bytes = $bytes,
        snapshot_id = coalesce(snapshot_id, (SELECT snapshot.id FROM json_each($events) JOIN snapshot ON snapshot.id = value ORDER BY json_each.key LIMIT 1)),
        head_bytes = $headBytes, head_sha256 = $headSha256, tail_bytes = $tailBytes, tail_sha256 = $tailSha256
      WHERE key = $key`),
    forwarding: db.prepare(`UPDATE recording SET state = 'forwarding' WHERE key = $key`),
    stored: db.prepare(`UPDATE recording SET state = 'stored', sha256 = $sha256 WHERE key = $key`),
    unstored: db.prepare(
      `UPDATE recording SET state = 'closed', sha256 = NULL, sidecar_changes = 0 WHERE key = $key`,
    ),
    unspooled: db.prepare('UPDATE recording SET spooled = 0 WHERE key = $key'),
    allOnDisk: db.prepare('UPDATE segment SET rolling = 0 WHERE recording = $key AND rolling = 1'),
    deleting: db.prepare(`UPDATE recording SET state = 'deleting' WHERE key = $key`),
    // A recording that is not at the target yet gets its first sidecar there as it is then.
    keep: db.prepare(`UPDATE recording SET keep = $keep,
        sidecar_changes = sidecar_changes + (state IN ('forwarding', 'stored')) WHERE key = $key`),
    removeSegments: db.prepare('DELETE FROM segment WHERE recording = $key'),
    reopen:
      db.prepare(`UPDATE recording SET state = 'open', ended_at = started_at, bytes = 0, holes = 0, sidecar_changes = 0,
        head_bytes = NULL, head_sha256 = NULL, tail_bytes = NULL, tail_sha256 = NULL
      WHERE key = $key`),
    remove: db.prepare('DELETE FROM recording WHERE key = $key'),
    leave: [
      'DELETE FROM recording WHERE spooled = 0',
      `UPDATE recording SET state = 'closed', sha256 = NULL, sidecar_changes = 0 WHERE state IN ('forwarding', 'stored')`,
      `DELETE FROM snapshot WHERE state = 'stored'`,
      'DELETE FROM stale_day',
    ].map((sql) => db.prepare(sql)),
  };
}
