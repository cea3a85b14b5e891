import type { DoctorReport } from '../../../protocol/api.ts';
import { countFindings } from '../doctor-findings.ts';
import { useHub } from '../hub-context.tsx';
import { hrefOf } from '../route.ts';
import { useExamination } from '../use-examination.ts';
import { words } from '../words/en.ts';
import { DoctorExamine } from './DoctorExamine.tsx';
import { DoctorFindings } from './DoctorFindings.tsx';

const say = words.doctor;

/** How the machine is on which the hub runs, and each camera in a line. */
export function DoctorHost() {
  const { client } = useHub();
  const examination = useExamination('host', (signal) => client.examine(signal));
  return (
    <section class="card" aria-labelledby="doctor-host">
      <h2 id="doctor-host">{say.health}</h2>
      {!examination.report && !examination.running && <p class="soft">{say.hostIntro}</p>}
      <DoctorExamine examination={examination} looking={say.lookingAtAll}>
        {(report) => <Report report={report} />}
      </DoctorExamine>
    </section>
  );
}

function Report({ report }: { report: DoctorReport }) {
  return (
    <>
      <p>
        <strong>{say.machine(say.summary(countFindings(report.host)))}</strong>
      </p>
      <DoctorFindings verdicts={report.host} />
      <ul class="patients">
        {report.cameras.map(({ camera, verdicts, secureVideo }) => (
          <li key={camera.id}>
            <a href={hrefOf({ page: 'camera', slug: camera.slug })}>{camera.name}</a>:{' '}
            {say.summary(countFindings([...verdicts, ...secureVideo]))}
          </li>
        ))}
      </ul>
    </>
  );
}
