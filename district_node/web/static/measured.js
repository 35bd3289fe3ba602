// A measured number as people read it, with what it is measured in.
const rounded = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });

export const withUnit = (value, unit) => [rounded(value), unit].filter(Boolean).join(" ");
