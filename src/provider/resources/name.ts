import * as z from 'zod';

/** The name of an object. Blanks at its ends are refused: nobody sees them, and some services remove them. */
export const name = z
  .string()
  .regex(/\S/, 'must not be blank')
  .regex(/^(\s*|(?![\s\p{Cc}])[\s\S]*(?<![\s\p{Cc}]))$/u, 'must not begin or end with a blank or a control character');
