import { parseDocument } from 'yaml';
import type * as z from 'zod';
import type { Refusal } from './input-file.js';

/**
 * Parses the text of a YAML file. @returns the document, with its comments, and its content
 * @param maxAliases the most aliases in it: a few can make it grow without limit
 * @throws that of `refusal`
 */
export function parseYamlInput(path: string, text: string, refusal: Refusal, maxAliases: number) {
  const document = parseDocument(text, { prettyErrors: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw refusal(path, fault.message.split('\n')[0]!);
  try {
    return { document, content: document.toJS({ maxAliasCount: maxAliases }) as unknown };
  } catch (error) {
    throw refusal(path, (error as Error).message);
  }
}

/** Checks content against a schema. @throws that of `refusal`, with the place of the first mistake */
export function checkInput<T>(path: string, content: unknown, schema: z.ZodType<T>, refusal: Refusal): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const { path: property, message } = parsed.error.issues[0]!;
  throw refusal(path, `${property.join('.') || 'file'}: ${message}`);
}
