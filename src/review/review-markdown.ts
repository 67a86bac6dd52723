import { visible } from '../provider/index.js';
import { count } from './attributes.js';
import type { CallOut } from './call-outs.js';
import type { Review, ReviewEntry } from './review-schema.js';
import { basisLines, foldDeactivations, policyLines, totalLines, violationLines } from './review-text.js';
import { kindsOf, rightOn } from './right-on.js';

/** Largest number of characters of a comment on GitHub. */
const LONGEST = 65_536;
/** Room for the sentence that states how much is left out, without the place of the rest. */
const RESERVED = 100;
/** Entries in the graph: more cannot be read. */
const GRAPH = 12;
/** By this text a second run finds the comment to update. */
const MARKER = '<!-- delinea-iac review -->';

/** A part of a comment that is not cut. */
interface Block {
  readonly text: string;
  /** The same without the names, for a comment without room. */
  readonly summary?: string;
  /** Number of entries in it. */
  readonly entries: number;
}

/**
 * Returns a review as a comment in Markdown, whole if it fits, otherwise with the number of entries that are left out.
 * Names are code, in which nothing is a mention, a link or markup.
 * @param options.longest largest number of characters; unset: that of a comment on GitHub
 * @param options.attached name of the file with the parts that do not fit
 */
export function reviewMarkdown(
  review: Review,
  { longest = LONGEST, attached }: { readonly longest?: number; readonly attached?: string | undefined } = {},
): { readonly text: string; readonly leftOut: number } {
  const { entries, notes, unknown, unread } = review;
  const { shown: callOuts, folded } = foldDeactivations(review.callOuts);
  const head = [
    MARKER,
    `## Access after this plan`,
    code(review.tenant),
    [...basisLines(review), ...totalLines(review)].map(escaped).join('  \n'),
  ];
  const blocks: Block[] = [
    ...list('Violated assertions', violationLines(review)),
    ...list('Policies', policyLines(review)),
    ...list(
      'Look at these first',
      callOuts.map(({ message }) => message),
    ),
    ...foldedBlock(folded),
    ...list('Not resolved, so their access is unknown', unknown),
    ...list('Could not be read, so not in this review', unread),
    ...list('From the plan', notes),
    { text: entries.length === 0 ? 'No access is gained or lost.' : '### Changes of access', entries: 0 },
    ...graph(entries),
    ...entries.map(entryBlock),
  ];
  const shown: string[] = [...head];
  const where =
    attached === undefined ? 'Run review with --json, or with --attach &lt;file&gt;.' : `All are in ${code(attached)}.`;
  let room = longest - RESERVED - where.length - joined(shown).length;
  let leftOut = 0;
  for (const { text, summary = text, entries: number } of blocks) {
    // After the first block that does not fit whole, only summaries are shown: the order stays that of privilege.
    const chosen = leftOut === 0 && text.length + 2 <= room ? text : summary;
    const fits = chosen.length + 2 <= room;
    if (chosen !== text || !fits) leftOut += Math.max(1, number);
    if (fits) shown.push(chosen);
    // A block that can never fit, such as a name of 70,000 characters, does not hide those after it.
    if (fits) room -= chosen.length + 2;
  }
  if (leftOut > 0) shown.push(`**${count(leftOut, 'part')} of this review did not fit whole.** ${where}`);
  return { text: `${joined(shown)}\n`, leftOut };
}

/** Joins blocks by blank lines, and items of one list by line breaks. */
function joined(blocks: readonly string[]): string {
  const isItem = (line: string) => line.startsWith('- ');
  const parts = blocks.map((block, index) => {
    if (index === 0) return block;
    const last = blocks[index - 1]!;
    const isOneList = isItem(block) && isItem(last.slice(last.lastIndexOf('\n') + 1));
    return `${isOneList ? '\n' : '\n\n'}${block}`;
  });
  return parts.join('');
}

/** Returns whether a text is a review that `reviewMarkdown` made. */
export function isReviewComment(text: string): boolean {
  return text.startsWith(MARKER);
}

/** Returns a list as one block for each line, so that a long one is left out from its end. */
function list(head: string, lines: readonly string[]): Block[] {
  if (lines.length === 0) return [];
  const [first, ...rest] = lines.map((line) => `- ${code(line)}`);
  return [{ text: `### ${head}\n\n${first}`, entries: 1 }, ...rest.map((text) => ({ text, entries: 1 }))];
}

/** Returns deactivations as one block that can be opened. */
function foldedBlock(folded: readonly CallOut[]): Block[] {
  if (folded.length === 0) return [];
  const head = `${folded.length} more are deactivated`;
  const lines = folded.map(({ message }) => `- ${code(message)}`).join('\n');
  const text = `<details><summary>${head}</summary>\n\n${lines}\n\n</details>`;
  return [{ text, summary: `- ${head}`, entries: folded.length }];
}

function entryBlock(entry: ReviewEntry): Block {
  const { change, right, people, scopes, privileged } = entry;
  const who = people.length === 1 ? code(people[0]!.name) : `${people.length} people`;
  const where =
    scopes.length === 1 ? `${scopes[0]!.kind} ${code(scopes[0]!.name)}` : `${scopes.length} ${kindsOf(scopes)}`;
  const verb = `${change === 'gained' ? 'gain' : 'lose'}${people.length === 1 ? 's' : ''}`;
  const sign = change === 'gained' ? '🟢' : '🔴';
  const held = rightOn(right, where, privileged ? `<b>${code(right)}</b>` : code(right));
  const summary = `${sign} ${who} ${verb} ${held}${path(entry)}`;
  const block = { entries: 1, summary: `- ${summary}` };
  if (people.length === 1 && scopes.length === 1) return { ...block, text: block.summary };
  const parts = [
    ...(people.length > 1 ? [`People: ${people.map(({ name }) => code(name)).join(', ')}`] : []),
    ...(scopes.length > 1 ? [`On: ${scopes.map(({ name }) => code(name)).join(', ')}`] : []),
  ];
  return { ...block, text: `<details><summary>${summary}</summary>\n\n${parts.join('\n\n')}\n\n</details>` };
}

function path({ through, inheritedFrom }: ReviewEntry): string {
  const groups = through.length === 0 ? '' : ` through ${through.map(({ name }) => code(name)).join(' → ')}`;
  return inheritedFrom ? `${groups}, inherited from ${code(inheritedFrom.name)}` : groups;
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

/** Returns a text as inline code. In HTML code nothing is a mention; escaped, nothing is markup. */
function code(text: string): string {
  return `<code>${escaped(visible(text))}</code>`;
}

/** Escapes every character that Markdown or HTML could read as more than itself. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** Escapes a text for a label in Mermaid, which reads `#NN;` as a character. */
function mermaid(text: string): string {
  return visible(text).replace(/[^\p{L}\p{N} ]/gu, (character) => `#${character.codePointAt(0)};`);
}
