import { visible } from '../../provider/index.js';
import type { Report, ReportFinding, ReportRule } from './report.js';

/** First line of a file, by which it is found again. */
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="delinea-iac ';

/** A test case: a check with what it found, or a finding without a check. */
interface TestCase {
  readonly title: string;
  readonly rule: ReportRule;
  readonly findings: readonly ReportFinding[];
}

type Outcome = 'error' | 'failure' | 'skipped';

/**
 * Returns a report in the XML of JUnit: each group of rules is a suite. A check without a finding passes; a warning is a
 * skipped test, because a person must read it; what was not read is an error. Notes are left out.
 */
export function reportJunit({ command, rules, findings, checked }: Report): string {
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  const isChecked = ({ rule, check }: ReportFinding) =>
    checked.some((each) => each.rule === rule && each.title === check);
  const cases: TestCase[] = [
    ...checked.map(({ rule, title }) => ({
      title: visible(title),
      rule: ruleOf.get(rule)!,
      findings: findings.filter((finding) => finding.rule === rule && finding.check === title),
    })),
    ...findings
      .filter((finding) => finding.level !== 'note' && !isChecked(finding))
      .map((finding) => ({ title: finding.message, rule: ruleOf.get(finding.rule)!, findings: [finding] })),
  ];
  const groups = [...new Set(cases.map(({ rule }) => rule.group))];
  const suites = groups.map((group) =>
    suite(
      group,
      command,
      cases.filter(({ rule }) => rule.group === group),
    ),
  );
  // The schema of Jenkins has no skipped tests on this element.
  return `${HEAD}${command}"${counts(cases).replace(/ skipped="\d+"/, '')}>\n${suites.join('')}</testsuites>\n`;
}

/** Returns whether a text is a report that `reportJunit` made. */
export function isJunit(text: string): boolean {
  return text.startsWith(HEAD);
}

function suite(group: string, command: string, cases: readonly TestCase[]): string {
  const lines = cases.map((each) => {
    const head = `    <testcase classname="delinea-iac.${command}.${group}" name="${xml(each.title)}"`;
    const outcome = outcomeOf(each);
    if (outcome === undefined) return `${head}/>\n`;
    const [first] = each.findings;
    const text = each.findings.map(({ message }) => message).join('\n');
    const body = `<${outcome} message="${xml(first!.message)}"`;
    const type = outcome === 'skipped' ? '' : ` type="${xml(each.rule.id)}"`;
    return `${head}>\n      ${body}${type}>${xml(text)}</${outcome}>\n    </testcase>\n`;
  });
  return `  <testsuite name="${group}"${counts(cases)}>\n${lines.join('')}  </testsuite>\n`;
}

function counts(cases: readonly TestCase[]): string {
  const number = (outcome: Outcome) => cases.filter((each) => outcomeOf(each) === outcome).length;
  return ` tests="${cases.length}" failures="${number('failure')}" errors="${number('error')}" skipped="${number('skipped')}"`;
}

function outcomeOf({ rule, findings }: TestCase): Outcome | undefined {
  if (findings.length === 0) return undefined;
  if (findings.every(({ level }) => level !== 'error')) return 'skipped';
  return rule.group === 'reads' ? 'error' : 'failure';
}

/** Escapes a text that `visible` has made one line; it leaves no character that XML forbids. */
function xml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
