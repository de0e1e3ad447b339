/** A number for people: thousands apart, a true minus, a sign where it is a change, a dash for nothing. */
export function number(value, places, signed = false) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = Math.abs(value).toLocaleString("en-GB", { minimumFractionDigits: places, maximumFractionDigits: places });
  const nil = Number(text.replaceAll(",", "")) === 0;
  return `${nil ? "" : value < 0 ? "−" : signed ? "+" : ""}${text}`;
}
