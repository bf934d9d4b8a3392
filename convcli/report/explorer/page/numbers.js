// Numbers as people read them: as convcli's core/quantities.py and report/explain/words.py write them.

const LARGEST_DIVISOR = 1024;

/** The shortest readable form: whole numbers without ".0", else six significant digits, rounded half to even. */
function plain(value) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value + 0 === 0 ? 0 : value);
  const large = Math.abs(value) >= 1e5 && Math.abs(value) < 1e15;
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return significant(value, large ? whole : 6, large);
}

/** So many significant digits, trailing zeros dropped; with a power of ten outside 1e-4 to 1e6. */
function significant(value, digits, asWhole = false) {
  const [mantissa, power] = Math.abs(value).toExponential(60).split("e");
  const all = mantissa.replace(".", "");
  const tail = all.slice(digits);
  const up = tail > "5".padEnd(tail.length, "0") || (tail === "5".padEnd(tail.length, "0") && Number(all[digits - 1]) % 2);
  let head = String(BigInt(all.slice(0, digits)) + (up ? 1n : 0n));
  const exponent = Number(power) + head.length - digits;
  const sign = value < 0 ? "-" : "";
  head = head.slice(0, Math.max(digits, 1)).replace(/0+$/, "") || "0";
  if (!asWhole && (exponent < -4 || exponent >= digits)) {
    return `${sign}${head[0]}${head.length > 1 ? `.${head.slice(1)}` : ""}e${exponent}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${head}`;
  const padded = head.padEnd(exponent + 1, "0");
  const rest = padded.slice(exponent + 1);
  return `${sign}${padded.slice(0, exponent + 1)}${rest ? `.${rest}` : ""}`;
}

/** A whole number with its thousands set apart. */
function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

const weightTexts = new Map(); // of the last few thousand weights: each is written several times in one redraw

/** A weight: whole, as a short decimal, or as the fraction that it is (1/9). */
function weightWords(value) {
  if (weightTexts.size > 4096) weightTexts.clear();
  if (!weightTexts.has(value)) weightTexts.set(value, writtenWeight(value));
  return weightTexts.get(value);
}

function writtenWeight(value) {
  const text = plain(value);
  if (text.replace("-", "").length <= 4) return text;
  const [top, bottom] = closestFraction(Math.abs(value), LARGEST_DIVISOR);
  const fraction = `${value < 0 ? "-" : ""}${top}/${bottom}`;
  return bottom > 1n && top !== 0n && isClose(numberOf(fraction), value) ? fraction : text;
}

/** The fraction nearest to a number of at least 0, of a divisor no larger than that: [top, bottom], by continued fractions. */
function closestFraction(value, largest) {
  let scale = 1n;
  for (; !Number.isInteger(value); value *= 2) scale *= 2n;
  const [most, exact] = [BigInt(largest), [BigInt(value), scale]];
  let [[p0, q0], [p1, q1], [n, d]] = [[0n, 1n], [1n, 0n], exact];
  while (d !== 0n && q0 + (n / d) * q1 <= most) {
    const a = n / d;
    [p0, q0, p1, q1, n, d] = [p1, q1, p0 + a * p1, q0 + a * q1, d, n - a * d];
  }
  if (d === 0n) return [p1, q1];
  const k = (most - q0) / q1;
  return 2n * d * (q0 + k * q1) <= exact[1] ? [p1, q1] : [p0 + k * p1, q0 + k * q1];
}

function isClose(one, other) {
  return Math.abs(one - other) <= 1e-12 * Math.abs(other);
}

/** The number that words such as "1/9" or "0.25" say. */
function numberOf(words) {
  const [top, bottom] = words.split("/");
  return bottom === undefined ? Number(top) : Number(top) / Number(bottom);
}

/** Whether the words have fewer digits than the number. */
function isRounded(value, words) {
  return Number.isFinite(value) && !isClose(numberOf(words), value);
}

/** A number that follows a sign: in brackets where it has one itself. */
function bracketed(words) {
  return words.startsWith("-") ? `(${words})` : words;
}

/** The sum, rounded once (Shewchuk's partial sums, as Python's math.fsum). */
function exactSum(numbers) {
  if (!numbers.every(Number.isFinite)) return numbers.reduce((total, x) => total + x, 0);
  let partials = [];
  for (let x of numbers) {
    const kept = [];
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low) kept.push(low);
      x = high;
    }
    partials = [...kept, x];
  }
  return roundedOnce(partials);
}

/** The partial sums, which do not overlap, added up from the largest; a tie looks at what is below it. */
function roundedOnce(partials) {
  let high = partials.length ? partials.pop() : 0;
  let low = 0;
  while (partials.length) {
    const x = high;
    const y = partials.pop();
    high = x + y;
    low = y - (high - x);
    if (low) break;
  }
  if (partials.length && ((low < 0 && partials[partials.length - 1] < 0) || (low > 0 && partials[partials.length - 1] > 0))) {
    const twice = low * 2;
    const x = high + twice;
    if (twice === x - high) high = x;
  }
  return high;
}
