import * as z from 'zod';

/** The name of an object. It must not consist of blanks only. */
export const name = z.string().regex(/\S/, 'must not be blank');
