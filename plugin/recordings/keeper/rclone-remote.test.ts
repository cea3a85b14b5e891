import { expect, it } from 'vitest';
import { storagesOf } from './rclone-remote.ts';

const remotes = {
  smb: { type: 'smb', host: '192.168.1.10', pass: 'secret' },
  sftp: { type: 'sftp', host: 'nas.lan', port: '2222' },
  six: { type: 'ftp', host: 'fd00::10' },
  webdav: { type: 'webdav', url: 'https://nas.lan:5006/home' },
  minio: { type: 's3', provider: 'Minio', endpoint: 'http://192.168.1.10:9000' },
  short: { type: 's3', provider: 'Minio', endpoint: '192.168.1.10:9000' },
  aws: { type: 's3', provider: 'AWS', region: 'eu-central-1' },
  drive: { type: 'drive', scope: 'drive' },
  jump: { type: 'sftp', host: '192.168.1.10', ssh: 'ssh -J bastion.example' },
  socks: { type: 'sftp', host: '192.168.1.10', socks_proxy: 'proxy.example:1080' },
  disk: { type: 'local' },
  alias: { type: 'alias', remote: 'smb:share' },
  secret: { type: 'crypt', remote: 'alias:box', password: 'x' },
  path: { type: 'alias', remote: '/mnt/disk' },
  both: { type: 'union', upstreams: 'smb:a "drive:my files:nc" sftp:b:ro' },
  parts: { type: 'combine', upstreams: 'one=smb:a two=webdav:b' },
  fly: { type: 'alias', remote: ':sftp,host=example.com:x' },
  flags: { type: 'alias', remote: 'smb,host=example.com:x' },
  circle: { type: 'alias', remote: 'circle:x' },
  nothing: { type: 'union', upstreams: '' },
};
const host = (type: string, name: string) => ({ type, place: 'host', host: name });

it.each([
  ['smb:share', [host('smb', '192.168.1.10')]],
  ['sftp:', [host('sftp', 'nas.lan')]],
  ['six:x', [host('ftp', 'fd00::10')]],
  ['webdav:x', [host('webdav', 'nas.lan')]],
  ['minio:bucket', [host('s3', '192.168.1.10')]],
  ['short:bucket', [host('s3', '192.168.1.10')]],
  ['aws:bucket', [{ type: 's3', place: 'cloud' }]],
  ['drive:', [{ type: 'drive', place: 'cloud' }]],
  ['jump:x', [{ type: 'sftp', place: 'cloud' }]],
  ['socks:x', [{ type: 'sftp', place: 'cloud' }]],
  ['disk:/mnt', [{ type: 'local', place: 'local' }]],
  ['secret:x', [host('smb', '192.168.1.10')]],
  ['path:x', [{ type: 'local', place: 'local' }]],
  ['both:x', [host('smb', '192.168.1.10'), { type: 'drive', place: 'cloud' }, host('sftp', 'nas.lan')]],
  ['parts:x', [host('smb', '192.168.1.10'), host('webdav', 'nas.lan')]],
  ['fly:x', [{ type: 'unknown', place: 'cloud' }]],
  ['flags:x', [{ type: 'unknown', place: 'cloud' }]],
])('%s leads to %j', (remote, expected) => {
  expect(storagesOf(remote, remotes)).toEqual(expected);
});

it.each(['absent:x', 'circle:x', 'nothing:x'])('%s leads nowhere', (remote) => {
  expect(() => storagesOf(remote, remotes)).toThrow(expect.objectContaining({ fault: 'failed' }));
});
