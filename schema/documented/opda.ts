/** The licence of all three families' data. */
export const LICENCE = "CC BY-SA 4.0";

/** The line of credit that the licence asks for, from the LICENSE file beside the data. */
export const attribution = (title: string, year: number): string =>
  `${title} © ${year} by Nicholas Lourie, licensed under ${LICENCE} (https://github.com/nicholaslourie/opda)`;
