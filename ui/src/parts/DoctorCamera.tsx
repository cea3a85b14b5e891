import type { CameraInfo, CameraReport } from '../../../protocol/api.ts';
import { countFindings, curesOf } from '../doctor-findings.ts';
import { useHub } from '../hub-context.tsx';
import { useExamination } from '../use-examination.ts';
import { useNow } from '../use-now.ts';
import { words } from '../words/en.ts';
import { DoctorExamine } from './DoctorExamine.tsx';
import { DoctorFindings, FindingList } from './DoctorFindings.tsx';
import { When } from './When.tsx';

const say = words.doctor;

/** How one camera is, examined when somebody asks. */
export function DoctorCamera({ camera }: { camera: CameraInfo }) {
  const { client } = useHub();
  const examination = useExamination(camera.id, (signal) => client.examineCamera(camera.id, signal));
  return (
    <section class="doctor" aria-labelledby="health">
      <header class="section-head">
        <h2 id="health">{say.health}</h2>
      </header>
      <div class="doctor-body">
        {!examination.report && !examination.running && <p class="soft">{say.cameraIntro}</p>}
        <DoctorExamine examination={examination} looking={say.lookingAtCamera}>
          {(report) => <Report report={report} />}
        </DoctorExamine>
      </div>
    </section>
  );
}

function Report({ report }: { report: CameraReport }) {
  const now = useNow(10_000);
  const all = [...report.verdicts, ...report.secureVideo];
  return (
    <>
      <p>
        <strong>{say.summary(countFindings(all))}</strong>{' '}
        <span class="soft">
          {say.examined} <When at={report.at} now={now} />
        </span>
      </p>
      <DoctorFindings verdicts={report.verdicts} />
      <h3>{say.secureVideo}</h3>
      <FindingList verdicts={report.secureVideo} told={curesOf(report.verdicts)} />
    </>
  );
}
