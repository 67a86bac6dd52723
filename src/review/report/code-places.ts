import * as z from 'zod';
import { visible } from '../../provider/index.js';
import { hclBlocks } from './hcl-blocks.js';
import type { SourcePlace } from './report-sarif.js';

/** A file of the code. */
export interface CodeFile {
  /** Relative to the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Folder from which a synthesised stack names the files of its constructs; empty: the root. */
  readonly project: string;
}

/** The first module of an address, or its resource without the key of the instance. */
const ADDRESS = /^(?:module\.(?<module>[\w-]+)|(?<resource>(?:data\.)?[\w-]+\.[\w-]+))/;
/** A string, or a character that opens or closes a part of JSON. */
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],\n]/g;

/**
 * Finds the places of declarations in code. The place of a construct is where it is created, if the synthesised stack has
 * that; the place of an object in a module is the call of the module.
 */
export class CodePlaces {
  private readonly places = new Map<string, SourcePlace>();

  constructor(files: readonly CodeFile[]) {
    for (const file of files) {
      const found = file.path.endsWith('.json') ? jsonPlaces(file) : hclPlaces(file);
      for (const [name, place] of found) if (!this.places.has(name)) this.places.set(name, place);
    }
  }

  /** Returns the place of the object with an address; undefined if it is not known. */
  of(address: string): SourcePlace | undefined {
    const { module, resource } = ADDRESS.exec(address)?.groups ?? {};
    return this.places.get(module === undefined ? (resource ?? '') : `module.${module}`);
  }
}

function hclPlaces({ path, text }: CodeFile): [name: string, place: SourcePlace][] {
  return hclBlocks(text).flatMap(({ type, labels, line }): [string, SourcePlace][] => {
    const name = nameOf([type, ...labels]);
    return name === undefined ? [] : [[name, { path, line }]];
  });
}

function nameOf([section, ...names]: readonly string[]): string | undefined {
  if (section === 'module' && names.length === 1) return `module.${names[0]}`;
  if (section === 'resource' && names.length === 2) return names.join('.');
  return section === 'data' && names.length === 2 ? `data.${names.join('.')}` : undefined;
}

function jsonPlaces({ path, text, project }: CodeFile): [name: string, place: SourcePlace][] {
  const recorded = recordedPlaces(text, project);
  return keysIn(text).flatMap(({ keys, line }): [string, SourcePlace][] => {
    const name = nameOf(keys);
    return name === undefined ? [] : [[name, recorded.get(name) ?? { path, line }]];
  });
}

/** Returns the keys of objects at most three deep, each with those around it and its line. */
function keysIn(text: string): { readonly keys: readonly string[]; readonly line: number }[] {
  const found: { keys: readonly string[]; line: number }[] = [];
  const around: string[] = [];
  const opened: string[] = [];
  let line = 1;
  for (const { 0: token, index } of text.matchAll(JSON_TOKEN)) {
    if (token === '\n') line++;
    else if (token === '{' || token === '[') opened.push(token);
    else if (token === '}' || token === ']') {
      opened.pop();
      around.length = Math.min(around.length, opened.length);
    } else if (
      token.startsWith('"') &&
      opened.at(-1) === '{' &&
      /^\s*:/.test(text.slice(index + token.length, index + token.length + 20))
    ) {
      around.length = opened.length - 1;
      around.push(JSON.parse(token) as string);
      if (around.length <= 3) found.push({ keys: [...around], line });
    }
  }
  return found;
}

const stackFile = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const block = z.looseObject({ '//': z.looseObject({ source: z.string() }) });

/** Returns the places at which the constructs of a synthesised stack were created, by address. */
function recordedPlaces(text: string, folder: string): Map<string, SourcePlace> {
  const parsed = stackFile.safeParse(JSON.parse(text));
  const found = new Map<string, SourcePlace>();
  for (const [type, byName] of Object.entries(parsed.data?.resource ?? {})) {
    for (const [name, value] of Object.entries(byName)) {
      const place = block.safeParse(value);
      const source = place.success ? sourcePlace(place.data['//'].source, folder) : undefined;
      if (source) found.set(`${type}.${name}`, source);
    }
  }
  return found;
}

/** Returns the place in a text such as `src/people.ts:12`; undefined if it may lead out of the folder. */
function sourcePlace(text: string, folder: string): SourcePlace | undefined {
  const { path, line } = /^(?<path>[^:\\]+):(?<line>[1-9]\d{0,6})$/.exec(text)?.groups ?? {};
  if (path === undefined || path !== visible(path)) return undefined;
  const names = path.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..')) return undefined;
  return { path: folder === '' ? path : `${folder}/${path}`, line: Number(line) };
}
