import { resources, settingAttributes, snakeCase } from '../provider/index.js';

/** Attribute and setting names that are spelled differently in TypeScript and HCL. */
const NAMES = new Set(
  [...resources.flatMap(({ attributes }) => attributes), ...settingAttributes]
    .map(({ name }) => name)
    .filter((name) => snakeCase(name) !== name),
);

/** Spells attribute and setting names in a description as HCL does, where they are or begin a code span. */
export function withHclNames(markdown: string): string {
  return markdown.replace(/`\w+(?=`| = )/g, (word) => (NAMES.has(word.slice(1)) ? snakeCase(word) : word));
}
