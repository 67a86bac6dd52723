import { visible } from '../../provider/index.js';
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
import { kindsOf, rightOn } from '../text/right-on.js';
import type { CallOut } from './call-outs.js';
import type { Review, ReviewEntry } from './review-schema.js';
import { basisLines, foldDeactivations, policyLines, totalLines, violationLines } from './review-text.js';

/** Entries in the graph: more cannot be read. */
const GRAPH = 12;
/** By this text a second run finds the comment to update. */
const MARKER = '<!-- delinea-iac review -->';

/**
 * Returns a review as a comment in Markdown, whole if it fits, otherwise with the number of entries that are left out.
 * Names are code, in which nothing is a mention, a link or markup.
 * @param options.longest largest number of characters; unset: that of a comment on GitHub
 * @param options.attached name of the file with the parts that do not fit
 */
export function reviewMarkdown(
  review: Review,
  { longest = LONGEST_COMMENT, attached }: { readonly longest?: number; readonly attached?: string | undefined } = {},
): { readonly text: string; readonly leftOut: number } {
  const { entries, notes, unknown, unread } = review;
  const { shown: callOuts, folded } = foldDeactivations(review.callOuts);
  const head = [
    MARKER,
    `## Access after this plan`,
    inlineCode(review.tenant),
    [...basisLines(review), ...totalLines(review)].map(escapedMarkup).join('  \n'),
  ];
  const blocks: Block[] = [
    ...listBlocks('Violated assertions', violationLines(review)),
    ...listBlocks('Policies', policyLines(review)),
    ...listBlocks(
      'Look at these first',
      callOuts.map(({ message }) => message),
    ),
    ...foldedBlock(folded),
    ...listBlocks('Not resolved, so their access is unknown', unknown),
    ...listBlocks('Could not be read, so not in this review', unread),
    ...listBlocks('From the plan', notes),
    { text: entries.length === 0 ? 'No access is gained or lost.' : '### Changes of access', entries: 0 },
    ...graph(entries),
    ...entries.map(entryBlock),
  ];
  const where =
    attached === undefined
      ? 'Run review with --json, or with --attach &lt;file&gt;.'
      : `All are in ${inlineCode(attached)}.`;
  const { shown, leftOut } = fitBlocks(head, blocks, longest - where.length);
  if (leftOut > 0) shown.push(`**${count(leftOut, 'part')} of this review did not fit whole.** ${where}`);
  return { text: `${joinBlocks(shown)}\n`, leftOut };
}

/** Returns whether a text is a review that `reviewMarkdown` made. */
export function isReviewComment(text: string): boolean {
  return text.startsWith(MARKER);
}

/** Returns deactivations as one block that can be opened. */
function foldedBlock(folded: readonly CallOut[]): Block[] {
  if (folded.length === 0) return [];
  const head = `${folded.length} more are deactivated`;
  const lines = folded.map(({ message }) => `- ${inlineCode(message)}`).join('\n');
  const text = `<details><summary>${head}</summary>\n\n${lines}\n\n</details>`;
  return [{ text, summary: `- ${head}`, entries: folded.length }];
}

function entryBlock(entry: ReviewEntry): Block {
  const { change, right, people, scopes, privileged } = entry;
  const who = people.length === 1 ? inlineCode(people[0]!.name) : `${people.length} people`;
  const where =
    scopes.length === 1 ? `${scopes[0]!.kind} ${inlineCode(scopes[0]!.name)}` : `${scopes.length} ${kindsOf(scopes)}`;
  const verb = `${change === 'gained' ? 'gain' : 'lose'}${people.length === 1 ? 's' : ''}`;
  const sign = change === 'gained' ? '🟢' : '🔴';
  const held = rightOn(right, where, privileged ? `<b>${inlineCode(right)}</b>` : inlineCode(right));
  const summary = `${sign} ${who} ${verb} ${held}${path(entry)}`;
  const block = { entries: 1, summary: `- ${summary}` };
  if (people.length === 1 && scopes.length === 1) return { ...block, text: block.summary };
  const parts = [
    ...(people.length > 1 ? [`People: ${people.map(({ name }) => inlineCode(name)).join(', ')}`] : []),
    ...(scopes.length > 1 ? [`On: ${scopes.map(({ name }) => inlineCode(name)).join(', ')}`] : []),
  ];
  return { ...block, text: `<details><summary>${summary}</summary>\n\n${parts.join('\n\n')}\n\n</details>` };
}

function path({ through, inheritedFrom }: ReviewEntry): string {
  const groups = through.length === 0 ? '' : ` through ${through.map(({ name }) => inlineCode(name)).join(' → ')}`;
  return inheritedFrom ? `${groups}, inherited from ${inlineCode(inheritedFrom.name)}` : groups;
}

/** Returns a graph of the most privileged changes: people, groups and the scope, with the right on the last arrow. */
function graph(entries: readonly ReviewEntry[]): Block[] {
  if (entries.length === 0) return [];
  const nodes = new Map<string, string>();
  const node = (label: string) => {
    const known = nodes.get(label) ?? `n${nodes.size}`;
    nodes.set(label, known);
    return `${known}["${mermaid(label)}"]`;
  };
  const lines = entries.slice(0, GRAPH).flatMap(({ change, right, people, scopes, through }) => {
    const who = people.length === 1 ? `${people[0]!.kind} ${people[0]!.name}` : `${people.length} people`;
    const where = scopes.length === 1 ? `${scopes[0]!.kind} ${scopes[0]!.name}` : count(scopes.length, scopes[0]!.kind);
    const steps = [who, ...through.map(({ name }) => `group ${name}`)];
    const arrow = change === 'gained' ? '-->' : '-.->';
    return [
      ...steps.slice(1).map((step, index) => `  ${node(steps[index]!)} ${arrow} ${node(step)}`),
      `  ${node(steps.at(-1)!)} ${arrow}|"${change} ${mermaid(right)}"| ${node(where)}`,
    ];
  });
  const more = entries.length > GRAPH ? `\n\nThe graph shows ${GRAPH} of ${entries.length} changes.` : '';
  return [{ text: `\`\`\`mermaid\ngraph LR\n${[...new Set(lines)].join('\n')}\n\`\`\`${more}`, entries: 0 }];
}

/** Escapes a text for a label in Mermaid, which reads `#NN;` as a character. */
function mermaid(text: string): string {
  return visible(text).replace(/[^\p{L}\p{N} ]/gu, (character) => `#${character.codePointAt(0)};`);
}
