import * as z from 'zod';

/** The name by which people know an object: blanks alone are none. */
export const name = z.string().regex(/\S/, 'must not be blank');
