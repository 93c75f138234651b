/** How many cases a property tries: `REGRIP_PROPERTY_RUNS`, so that a night's run can try more. */
export const PROPERTY_RUNS = Number(process.env['REGRIP_PROPERTY_RUNS'] ?? 200);
