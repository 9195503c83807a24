// What more than one kind of the messages of gateway and page has in it, with its bounds.
import * as z from 'zod/mini';

export const MAX_TEXT = 256;
export const MAX_DEVICES = 255;

export const text = z.string().check(z.maxLength(MAX_TEXT));
export const deviceNumber = z.int().check(z.gte(0), z.lte(MAX_DEVICES));
