/** A judged log as a terminal shows it: its report, and what is drawn of it. */
import type { GripperReport } from '../../judge/gripper/report.js';

export interface ShownLog {
  readonly report: GripperReport;
  readonly spark: string;
}
