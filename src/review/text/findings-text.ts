import { type Finding, visible } from '../../provider/index.js';
import type { Paint, Tone } from './paint.js';
import { withRemedies } from './remedy-text.js';

const LEVELS: Readonly<
  Record<Finding['level'], { readonly order: number; readonly word: string; readonly tone: Tone }>
> = {
  note: { order: 0, word: 'Note', tone: 'strong' },
  warning: { order: 1, word: 'Warning', tone: 'warning' },
  drift: { order: 2, word: 'Drift', tone: 'warning' },
  error: { order: 3, word: 'Error', tone: 'error' },
};

/**
 * Returns findings as blocks, the worst last. Notes with the same text share a block.
 * @param below returns lines that follow a drift or an error
 */
export function findingsText(
  findings: readonly Finding[],
  paint: Paint,
  below: (finding: Finding) => readonly string[] = () => [],
): string {
  const sorted = [...findings].sort((left, right) => LEVELS[left.level].order - LEVELS[right.level].order);
  const groups = new Map<string, Finding[]>();
  for (const finding of sorted) {
    const shared = finding.level === 'note' || finding.address === undefined;
    const key = JSON.stringify([
      finding.level,
      finding.message,
      finding.hint,
      finding.remedy,
      shared ? '' : finding.address,
    ]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()]
    .map((group) => [findingText(group, paint), ...moreLines(group, below)].join('\n'))
    .join('\n');
}

function moreLines([first]: readonly Finding[], below: (finding: Finding) => readonly string[]): readonly string[] {
  const isChange = first?.level === 'drift' || first?.level === 'error';
  return isChange ? below(first) : [];
}

function findingText(group: readonly Finding[], paint: Paint): string {
  const [first] = group as [Finding];
  const { word, tone } = LEVELS[first.level];
  const addresses = group.flatMap(({ address }) => (address === undefined ? [] : [address]));
  return messageText(
    { word, tone, message: first.message, at: addresses, hint: withRemedies(first.hint, first.remedy) },
    paint,
  );
}

/**
 * Returns a message in the form that all share: the problem, where it is, what to do next.
 * @param hint as `withRemedies` returns it, which has escaped it
 */
export function messageText(
  {
    word,
    tone,
    message,
    at,
    hint,
  }: { word: string; tone: Tone; message: string; at: readonly string[]; hint?: string | undefined },
  paint: Paint,
): string {
  const lines = [`${paint(tone, `${word}:`)} ${visible(message)}`, ...at.map((address) => `  at: ${visible(address)}`)];
  return (hint === undefined ? lines : [...lines, `  do: ${hint}`]).join('\n');
}
