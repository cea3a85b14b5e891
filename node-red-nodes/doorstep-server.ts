import { type AddressSettings, authority, readAddress } from './lib/address.ts';
import { Connection, type LinkState } from './lib/connection.ts';
import type { ServerNode } from './lib/event-node.ts';
import type { Fault } from './lib/fault.ts';
import { findRoute } from './lib/find-route.ts';
import { migrate } from './lib/migrate.ts';
import type { NodeConfig, NodeRed, RedNode } from './lib/node-red.ts';
import { pairingRoutes } from './lib/pairing-routes.ts';
import { Resume } from './lib/resume.ts';
import { textsOf } from './lib/texts.ts';
import { tryRoute } from './lib/try-route.ts';

interface ServerConfig extends NodeConfig, AddressSettings {
  /** A folder of this machine. */
  recordingsFolder?: unknown;
}

/** As this file makes it; others only read. */
type ServerInstance = { -readonly [K in keyof ServerNode]: ServerNode[K] };

/** Saved by newer nodes, so nobody here knows which hub it is. All nodes that use it say so. */
const UNREAD: Omit<ServerNode, keyof RedNode> = {
  deployed: { address: undefined, token: '' },
  recordingsFolder: undefined,
  cameras: () => [],
  scopes: () => [],
  packagesAt: () => 0,
  join: ({ onState }) => {
    onState({ is: 'stopped', fault: { code: 'nodes-too-old' } });
    return async () => {};
  },
};

/** The hub: its address, its token, and the one connection that all nodes share. */
export default function server(RED: NodeRed): void {
  const texts = textsOf(RED);
  /** How far each server node has read, kept over redeploys. */
  const resumes = new Map<string, Resume>();

  RED.nodes.registerType(
    'doorstep-server',
    function (this: ServerInstance, stored: ServerConfig) {
      RED.nodes.createNode(this, stored);
      const migrated = migrate('doorstep-server', { ...stored });
      if (migrated.is === 'newer') {
        const { version, known } = migrated;
        this.error(texts('fault.newer', { version, known }));
        Object.assign(this, UNREAD);
        return;
      }
      const config = migrated.stored as unknown as ServerConfig;
      const address = readAddress(config);
      const token = this.credentials?.token?.trim() ?? '';
      const resume = resumes.get(this.id) ?? new Resume();
      resumes.set(this.id, resume);
      const where = address ? authority(address) : String(config.host ?? '');

      let said = '';
      /** Each change once; a hub that stays away fills no log. */
      const say = (state: LinkState) => {
        const now = 'fault' in state ? state.fault.code : state.is;
        if (now === said || !('fault' in state || state.is === 'connected')) return;
        said = now;
        if (state.is === 'connected') this.log(texts('log.connected', { where, version: state.version }));
        else if (state.is === 'stopped') {
          if (state.fault.code !== 'not-permitted' || connection.wantsEvents)
            this.error(faultText(state.fault));
        } else this.warn(faultText(state.fault));
      };
      const faultText = ({ code, detail = '' }: Fault) => texts(`fault.${code}`, { where, detail });
      const connection = new Connection({
        address,
        token,
        resume,
        onState: say,
        onGap: ({ from, to }) => this.warn(texts('log.gap', { where, events: to - from + 1 })),
      });

      this.deployed = { address, token };
      this.recordingsFolder = String(config.recordingsFolder ?? '').trim() || undefined;
      this.cameras = () => connection.cameras;
      this.scopes = () => connection.scopes;
      this.packagesAt = (cameras) => connection.packagesAt(cameras);
      this.join = (user) => connection.join(user);
      this.on('close', (removed, done) => {
        if (removed) resumes.delete(this.id);
        done();
      });
    },
    { credentials: { token: { type: 'password' } } },
  );

  tryRoute(RED);
  pairingRoutes(RED);
  findRoute(RED);
}
