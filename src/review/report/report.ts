export type Level = 'error' | 'warning' | 'note';

/** A rule by which a command finds something, as programs that read reports list them. */
export interface ReportRule {
  readonly id: string;
  /** The rules of one group are one test suite. */
  readonly group: 'assertions' | 'policies' | 'call-outs' | 'reads' | 'access' | 'drift';
  readonly level: Level;
  readonly title: string;
  /** The reason for the rule, and the next step. */
  readonly help: string;
}

/** One thing that a review or a comparison found. */
export interface ReportFinding {
  /** Id of its rule. */
  readonly rule: string;
  readonly level: Level;
  /** One line in which `visible` has escaped what is hidden or a command. */
  readonly message: string;
  /** Address of the object in code. */
  readonly address?: string | undefined;
  /** Equal for the same matter in another run, also if texts or the order change. */
  readonly key: string;
  /** Title of the check that it fails, as in `checked`. */
  readonly check?: string | undefined;
}

/** The result of a command, for programs that read reports of any tool. */
export interface Report {
  readonly command: 'review' | 'drift';
  readonly tenant: string;
  /** The rules that the findings have, and others that were examined. */
  readonly rules: readonly ReportRule[];
  readonly findings: readonly ReportFinding[];
  /** Checks that were made; one without a finding passed. */
  readonly checked: readonly { readonly rule: string; readonly title: string }[];
}
