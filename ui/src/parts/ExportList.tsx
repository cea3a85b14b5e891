import { useEffect, useRef, useState } from 'preact/hooks';
import type { ExportInfo } from '../../../protocol/api.ts';
import { paths } from '../hub-client.ts';
import { useHub } from '../hub-context.tsx';
import { useOrder } from '../use-order.ts';
import { words } from '../words/en.ts';
import { sizeWords } from '../words/time-words.ts';
import { Notice } from './Notice.tsx';
import type { Exports } from './use-exports.ts';

const say = words.exports;

/** What was ordered: how far it is, and the file once it is ready. */
export function ExportList({ exports: { list = [], problem, look } }: { exports: Exports }) {
  const news = useNews(list);
  return (
    <section class="export-part" hidden={list.length === 0 && !problem}>
      <h3>
        {say.made}
        <small>{say.madeMore}</small>
      </h3>
      {problem && <Notice problem={problem} onRetry={look} />}
      <p class="unseen" role="status">
        {news}
      </p>
      <ul class="exports">
        {list.map((info) => (
          <ExportRow key={info.id} info={info} onRemoved={look} />
        ))}
      </ul>
    </section>
  );
}

function ExportRow({ info, onRemoved }: { info: ExportInfo; onRemoved(): void }) {
  const { client } = useHub();
  const { id, state, fileName, progress } = info;
  const remove = useOrder(() => client.removeExport(id), onRemoved);
  const working = state === 'working';
  return (
    <li class="export-row">
      <div class="export-line">
        <p>
          <span class="path">{fileName}</span>
          <small>{factsOf(info)}</small>
        </p>
        {state === 'ready' && (
          <a class="button" href={paths.exportFile(id)} download aria-label={say.saveOf(fileName)}>
            {say.save}
          </a>
        )}
        <button
          type="button"
          class={working ? 'quiet' : 'quiet stop'}
          aria-label={working ? say.cancelOf(fileName) : say.removeOf(fileName)}
          aria-busy={remove.busy}
          onClick={remove.give}
        >
          {working ? say.cancel : say.remove}
        </button>
      </div>
      {working && <progress value={progress} max={1} aria-label={say.progressOf(fileName)} />}
      {info.problem && <Notice problem={info.problem} />}
      {remove.problem && <Notice problem={remove.problem} />}
    </li>
  );
}

function factsOf({ kind, camera, state, progress, bytes }: ExportInfo): string {
  const how =
    state === 'working'
      ? progress > 0
        ? say.working(Math.round(progress * 100))
        : say.waiting
      : bytes !== undefined && sizeWords(bytes);
  return [camera.name, say.kinds[kind], how].filter(Boolean).join(' · ');
}

/** For screen readers: what became ready while this was open. */
function useNews(list: readonly ExportInfo[]): string {
  const working = useRef(new Set<string>());
  const [news, setNews] = useState('');
  useEffect(() => {
    for (const { id, state, fileName } of list) {
      if (state === 'ready' && working.current.has(id)) setNews(say.isReady(fileName));
    }
    working.current = new Set(list.filter(({ state }) => state === 'working').map(({ id }) => id));
  }, [list]);
  return news;
}
