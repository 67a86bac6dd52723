import type * as z from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  number: 'a number',
  int: 'an integer',
  string: 'a string',
  array: 'a list',
};

/** Describes common mistakes so that the text follows the attribute's name; other issues keep zod's message. */
export function validationMessage(issue: z.core.$ZodIssue, values: unknown): string {
  const given = issue.path.reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step],
    values,
  );
  if (given === undefined) return 'is required and missing';
  if (given === '') return 'must not be empty';
  if (issue.code === 'invalid_type') return `must be ${TYPES[issue.expected] ?? `a ${issue.expected}`}`;
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  if (typeof given !== 'number') return issue.message;
  if (issue.code === 'too_small') return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  return issue.code === 'too_big' ? `must be at most ${issue.maximum}` : issue.message;
}
