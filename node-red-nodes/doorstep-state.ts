import type { EventKind } from '../protocol/event.ts';
import { spanText } from './lib/amounts.ts';
import { type Asking, type Message, type Outputs, startAskNode } from './lib/ask-node.ts';
import { type CameraSettings, chosenCamera, knownCamera } from './lib/camera-choice.ts';
import { NodeError } from './lib/node-error.ts';
import type { NodeConfig, NodeRed, NodeStatus } from './lib/node-red.ts';
import { numberIn } from './lib/read-message.ts';
import { registerNode } from './lib/register-node.ts';
import {
  type Asked,
  answerOf,
  pathOf,
  QUESTIONS,
  type Question,
  type StateAnswer,
} from './lib/state-question.ts';
import { StateWatch } from './lib/state-watch.ts';
import { textsOf } from './lib/texts.ts';

interface StateConfig extends NodeConfig, CameraSettings {
  server?: string;
  question?: unknown;
  /** Packages, of the question `count`. */
  atLeast?: unknown;
  /** When it sends by itself: `never`, on `changes`, or also at the `start`. */
  sends?: unknown;
}

/** What may change an answer at once; the rest is seen within half a minute. */
const NEWS: Readonly<Record<Question, readonly EventKind[]>> = {
  package: ['package'],
  count: ['package'],
  online: ['camera'],
  armed: ['camera'],
  privacy: ['camera'],
  home: [],
  away: [],
  storage: ['storage'],
};

/** Answers a question with yes or no: is a package there, is the camera online, is somebody home. */
export default function state(RED: NodeRed): void {
  const texts = textsOf(RED, 'doorstep-state');
  const shared = textsOf(RED);

  registerNode<StateConfig>(RED, 'doorstep-state', (node, config) => {
    const question = QUESTIONS.find((each) => each === config.question) ?? 'package';
    const atLeast = Math.round(numberIn(config.atLeast, { min: 1, max: 99, otherwise: 1 }));
    const byItself = config.sends === 'changes' || config.sends === 'start';

    /** Of whom the node asks by itself, where that is one camera: the typed input may name another each time. */
    let watched: string | undefined;
    const askedBy = async (message: Message): Promise<Asked> => {
      const asked: Asked = { question, atLeast };
      if (pathOf(question) === '/cameras') {
        const chosen = await chosenCamera({ RED, node }, config, message);
        if (!chosen) throw new NodeError('EINVAL', shared('fault.no-camera'));
        if ('camera' in chosen) asked.camera = chosen.camera;
      }
      return asked;
    };
    const answerTo = async (asked: Asked, { ask }: Asking): Promise<StateAnswer> => {
      const answer = answerOf(asked, await ask({ method: 'GET', path: pathOf(question) }));
      if (!answer)
        throw new NodeError('ENOCAM', texts('fault.no-such-camera', { camera: asked.camera ?? '' }));
      return answer;
    };

    const asker = startAskNode({
      RED,
      node,
      server: config.server,
      scope: 'events',
      async answer(message, asking) {
        const answer = await answerTo(await askedBy(message), asking);
        return { outputs: outputsOf({ ...message, state: answer }, answer), badge: badgeOf(answer) };
      },
      ...(byItself && {
        onEvent: ({ kind }) => void (NEWS[question].includes(kind) && watch?.look()),
        onConnected: () => void watch?.look(),
      }),
      onClose: () => watch?.stop(),
    });

    const { hub, asking } = asker;
    const watch =
      byItself && hub && asking
        ? new StateWatch({
            async ask() {
              const asked = await askedBy({});
              watched = asked.camera;
              return answerTo(asked, asking);
            },
            onAnswer(answer, changed) {
              asking.show(badgeOf(answer));
              if (changed === 'yes' || (changed === 'first' && config.sends === 'start'))
                asking.send(outputsOf(messageOf(answer), answer));
            },
            onFailed: (error) => asker.failed(error),
          })
        : undefined;

    const messageOf = (answer: StateAnswer): Message => {
      const camera = watched === undefined ? undefined : knownCamera(hub?.cameras() ?? [], watched);
      return {
        topic: `${camera?.slug ?? 'hub'}/state/${question}`,
        title: camera?.name ?? 'Doorstep',
        ...{ payload: answer.is, state: answer },
      };
    };
  });

  const outputsOf = (message: Message, { is }: StateAnswer): Outputs =>
    is ? [message, null] : [null, message];

  function badgeOf({ question, is, since, count = 0 }: StateAnswer): NodeStatus {
    const span = since === undefined ? '' : spanText(Date.now() - since);
    const text = texts(`status.${question}-${is ? 'yes' : 'no'}`, { span, count });
    return { fill: 'blue', shape: is ? 'dot' : 'ring', text: text.trim() };
  }
}
