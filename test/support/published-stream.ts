/** An RTSP server of the simulator with a stream in it that costs nothing: a few bytes in place of pictures. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { formatRequest, RtspReader } from '../../simulator/rtsp-message.ts';
import { type RtspServer, type RtspServerOptions, startRtspServer } from '../../simulator/rtsp-server.ts';

const SDP = 'v=0\r\ns=x\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:streamid=0\r\n';

/** With a stream called `main`. Disposing it ends the server. */
export async function startStreamServer(options: RtspServerOptions = {}): Promise<RtspServer> {
  const server = await startRtspServer(options);
  const url = server.publishUrl('main');
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const reader = new RtspReader();
  const ask = async (method: string, path: string, headers: Record<string, string>, body = '') => {
    socket.write(formatRequest(method, `${url}${path}`, { CSeq: '1', ...headers }, body));
    for (;;) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      if ([...reader.push(chunk)].some(({ type }) => type === 'response')) return;
    }
  };
  await ask('ANNOUNCE', '', {}, SDP);
  await ask('SETUP', '/streamid=0', { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' });
  await ask('RECORD', '', {});
  const packet = Buffer.alloc(4 + 20);
  packet[0] = 0x24;
  packet.writeUInt16BE(20, 2);
  packet[4] = 0x80;
  socket.write(packet);
  await server.ready('main');
  return server;
}
