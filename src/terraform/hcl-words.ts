import { resources, settingAttributes, snakeCase } from '../provider/index.js';

/** Names of several words, which the definitions write in camelCase and HCL in snake_case. */
const NAMES = new Set(
  [...resources.flatMap(({ attributes }) => attributes), ...settingAttributes]
    .map(({ name }) => name)
    .filter((name) => snakeCase(name) !== name),
);

/** Markdown of a definition for those who write HCL: names of attributes and settings in code spans are theirs. */
export function inHclWords(markdown: string): string {
  return markdown.replace(/`\w+(?=`| = )/g, (word) => (NAMES.has(word.slice(1)) ? snakeCase(word) : word));
}
