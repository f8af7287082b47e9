/** What the data of all three families share. */
export const ATTRIBUTION = "Nicholas Lourie, nicholaslourie/opda (CC BY-SA 4.0)";
export const LICENCE = "CC BY-SA 4.0";
