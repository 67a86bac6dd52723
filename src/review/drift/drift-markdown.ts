import { policyLines, violationLines } from '../access/review-text.js';
import { count } from '../text/attributes.js';
import {
  type Block,
  escapedMarkup,
  fitBlocks,
  inlineCode,
  joinBlocks,
  LONGEST_COMMENT,
  listBlocks,
} from '../text/markdown-blocks.js';
import { DRIFT_KINDS, type DriftItem } from './drift-item.js';
import { type Drift, driftSummary, placeOf, sidesText } from './drift-report.js';

/** By this text a second run finds the comment or issue to update. */
const MARKER = '<!-- delinea-iac drift -->';

/**
 * Returns a drift report as a comment or the body of an issue in Markdown, with the number of parts that are left out.
 * Names are code, in which nothing is a mention, a link or markup.
 * @param longest largest number of characters
 */
export function driftMarkdown(
  drift: Drift,
  longest = LONGEST_COMMENT,
): { readonly text: string; readonly leftOut: number } {
  const { plan, items, problems, check } = drift;
  const head = [
    MARKER,
    '## Differences between code and tenant',
    inlineCode(plan.delinea.tenant),
    escapedMarkup(driftSummary(drift)),
  ];
  const errors = plan.delinea.findings.filter(({ level }) => level === 'error').map(({ message }) => message);
  const open = items.filter(({ accepted }) => !accepted);
  const accepted = items.filter((item) => item.accepted);
  const blocks: Block[] = [
    ...listBlocks('Left out because of errors', errors),
    ...listBlocks('Violated assertions', check ? violationLines(check) : []),
    ...listBlocks('Policies', check ? policyLines(check) : []),
    ...listBlocks('Could not be read, so not checked by the rules', check?.unread ?? []),
    ...listBlocks(
      'Entries of the ignore file without effect',
      problems.map(({ message }) => message),
    ),
    ...DRIFT_KINDS.flatMap((kind) =>
      sectionOf(
        kind,
        open.filter((item) => item.kind === kind),
      ),
    ),
    ...listBlocks(
      'Accepted',
      accepted.map((item) => `${item.message}, until ${item.accepted!.until}: ${item.accepted!.reason}`),
    ),
  ];
  const { shown, leftOut } = fitBlocks(head, blocks, longest);
  if (leftOut > 0) shown.push(`**${count(leftOut, 'part')} did not fit whole.** Run drift with --json.`);
  return { text: `${joinBlocks(shown)}\n`, leftOut };
}

function sectionOf(kind: string, items: readonly DriftItem[]): Block[] {
  const [first, ...rest] = items.map(itemBlock);
  if (!first) return [];
  const heading = `### ${kind[0]!.toUpperCase()}${kind.slice(1)}: ${items.length}\n\n`;
  const summary = first.summary === undefined ? {} : { summary: heading + first.summary };
  return [{ ...first, ...summary, text: heading + first.text }, ...rest];
}

function itemBlock(item: DriftItem): Block {
  const { address, attribute, object, restore, adopt } = item;
  const what = attribute ? `${inlineCode(attribute.name)} of ${inlineCode(object.name)}` : inlineCode(object.name);
  const place = address === undefined ? '' : ` in ${inlineCode(address)}`;
  const sides = sidesText(item);
  const title = `${what}${place}${sides === undefined ? '' : `: ${inlineCode(sides)}`}`;
  const parts = [
    `Restore: ${inlineCode(restore)}`,
    ...(adopt
      ? [
          `Adopt, in ${inlineCode(placeOf(item))}:`,
          `\`\`\`typescript\n${adopt.typescript}\n\`\`\``,
          `\`\`\`hcl\n${adopt.hcl}\n\`\`\``,
        ]
      : []),
  ];
  return {
    entries: 1,
    summary: `- ${title}`,
    text: `<details><summary>${title}</summary>\n\n${parts.join('\n\n')}\n\n</details>`,
  };
}
