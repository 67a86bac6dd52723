import { type Diagnosis, type Examination, quoted, resourceOf, snakeCase, visible } from '../../provider/index.js';
import { count } from './attributes.js';
import type { Paint, Tone } from './paint.js';
import { shellWord } from './shell-quoted.js';
import { table } from './table.js';

/** Returns a diagnosis as a table of the surfaces, the reasons of those that do not work, and the settings to paste. */
export function diagnosisText(diagnosis: Diagnosis, paint: Paint): string {
  const { tenant, surfaces } = diagnosis;
  const parts = [
    paint('strong', `APIs of ${visible(tenant)}`),
    surfaceTable(surfaces, paint),
    ...surfaces.map((surface) => surfaceText(surface, paint)),
    profilesText(diagnosis, paint),
    ...blockText(diagnosis, paint),
  ];
  return `${parts.join('\n\n')}\n`;
}

const TONES: Readonly<Partial<Record<Examination['state'], Tone>>> = { works: 'add', unset: 'faint' };
const NONE = '-';

function surfaceTable(surfaces: readonly Examination[], paint: Paint): string {
  const kinds = [...new Set(surfaces.flatMap(({ seen }) => seen.map(({ kind }) => kind)))];
  const head = ['API', 'State', 'Credentials', ...kinds.map((kind) => resourceOf(kind).plural)];
  const rows = surfaces.map(({ surface, state, accepted, seen }) => [
    surface,
    state,
    accepted === undefined ? NONE : accepted ? 'accepted' : 'rejected',
    ...kinds.map((kind) => {
      const { total, owned } = seen.find((each) => each.kind === kind) ?? {};
      return total === undefined ? NONE : owned === undefined ? String(total) : `${total} (${owned} owned)`;
    }),
  ]);
  const [first, ...lines] = table([head, ...rows]);
  return [
    paint('strong', first!),
    ...lines.map((line, index) => paint(TONES[surfaces[index]!.state] ?? 'error', line)),
  ].join('\n');
}

function surfaceText(examined: Examination, paint: Paint): string {
  const { surface, title, url, state, unset, needs, scope, problems, unread } = examined;
  const ways = unset.map((names) => names.join(' and ')).join('; or ');
  const head = `${title} (${surface})${url === undefined ? '' : `: ${url}`}`;
  return [
    paint('strong', visible(head)),
    ...(state === 'unset' ? [`  set: ${ways}`, `  needs: ${needs}`] : []),
    ...(scope === undefined ? [] : [`  scope: ${visible(scope)}`]),
    ...pagesText(examined),
    ...featuresText(examined),
    ...problemsText(problems, paint),
    ...(unread.length === 0 ? [] : [`  not read after this: ${unread.join(', ')}`]),
  ].join('\n');
}

/** Lists the problems of a surface. Those with one cause and fix show them once, after the last. */
function problemsText(problems: Examination['problems'], paint: Paint): string[] {
  return problems.flatMap(({ symptom, message, cause, fix }, index) => {
    const next = problems[index + 1];
    const isRepeated = next?.cause === cause && next?.fix === fix;
    return [
      paint('error', `  ${symptom}: ${visible(message)}`),
      ...(cause === undefined || isRepeated ? [] : [`    likely: ${visible(cause)}`]),
      ...(fix === undefined || isRepeated ? [] : [`    do: ${visible(fix)}`]),
    ];
  });
}

function pagesText({ seen }: Examination): string[] {
  if (seen.length === 0) return [];
  const short = seen.filter(({ page }) => !page.honoured);
  const size = seen[0]!.page.requested;
  if (short.length === 0) return [`  page size: ${size}, honoured`];
  return short.map(({ kind, total, page }) => {
    const returned = `${page.returned} of ${total} ${resourceOf(kind).plural} returned`;
    return `  page size: ${size} requested, ${returned}; lists take more requests`;
  });
}

function featuresText({ features }: Examination): string[] {
  if (!features) return [];
  const { maxResults, ...supported } = features;
  const words = Object.entries(supported).map(
    ([name, value]) => `${name} ${value === undefined ? 'not stated' : value ? 'yes' : 'no'}`,
  );
  return [`  supports: ${words.join(', ')}${maxResults === undefined ? '' : `; at most ${maxResults} results`}`];
}

function profilesText({ profiles }: Diagnosis, paint: Paint): string {
  const lines = profiles.map(({ profile, fits, missing }) =>
    fits ? paint('add', `  ${profile}: fits`) : `  ${profile}: does not fit, without ${missing.join(', ')}`,
  );
  const fitting = profiles.filter(({ fits }) => fits).length;
  const head = fitting === 0 ? 'No profile fits.' : `${count(fitting, 'profile')} of ${profiles.length} can be used.`;
  return [paint(fitting === 0 ? 'error' : 'strong', head), ...lines].join('\n');
}

function blockText({ recommended }: Diagnosis, paint: Paint): string[] {
  if (!recommended) return [];
  const settings = Object.entries(recommended.code).map(([name, value]) => [snakeCase(name), value] as const);
  const width = Math.max(...settings.map(([name]) => name.length));
  const block = settings.map(([name, value]) => `  ${name.padEnd(width)} = ${quotedHcl(value)}`);
  const variables = recommended.variables.map(({ name, value }) =>
    value === undefined ? `# ${name}: a secret, or its file in ${name}_FILE` : `export ${name}=${shellWord(value)}`,
  );
  return [
    [paint('strong', `Provider block for ${recommended.profile}:`), 'provider "delinea" {', ...block, '}'].join('\n'),
    [paint('strong', 'Environment:'), ...variables].join('\n'),
  ];
}

/** Returns an HCL string: a dollar or percent sign before a brace would begin a template. */
function quotedHcl(text: string): string {
  return quoted(text).replace(/[$%](?=\{)/g, (sign) => (sign === '$' ? '\\u0024' : '\\u0025'));
}
