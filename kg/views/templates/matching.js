// How what is typed answers to a name: literally, by its sound (梁山: liangshan, liangs, ls), or nearly.
//
// A name is bared of everything but letters and digits; each Chinese character has its syllable (ü counts as u).
// A match is { grade, from, to }: the smaller the grade the better, from and to are places in the bare name.

const grades = {
  whole: 0, soundWhole: 1, start: 2, soundStart: 3, initialsWhole: 4, inside: 5, soundInside: 6,
  initialsStart: 7, initialsInside: 8, near: 10,
};
const rankWord = /(?<=..)(?:自治县|自治旗|新区|特区|林区|县|区|市|旗)$/u;
const han = /\p{Script=Han}/u;

const syllableOf = new Map();
for (const [syllable, characters] of Object.entries(graph.readings.syllables)) {
  for (const character of characters) syllableOf.set(character, syllable.replace("v", "u"));
}

const keptOf = new Map();

// What remains of a sign: small letters, digits, characters.
function kept(sign) {
  if (!keptOf.has(sign)) {
    keptOf.set(sign, sign.normalize("NFKD").toLowerCase().replace(/[\s\p{P}\p{S}\p{C}\p{M}]/gu, ""));
  }
  return keptOf.get(sign);
}

// The bare text, and for each of its places the stretch of `text` that it comes from.
function bared(text) {
  let bare = "";
  const starts = [];
  const ends = [];
  let at = 0;
  for (const sign of text) {
    const rest = kept(sign);
    for (let place = 0; place < rest.length; place += 1) { starts.push(at); ends.push(at + sign.length); }
    bare += rest;
    at += sign.length;
  }
  return { bare, starts, ends };
}

// Letters and digits only: nobody types quotation marks or knows which kind the page had.
function bare(text) {
  return bared(text).bare || text.trim().toLowerCase();
}

// The stretch [start, end) of `text` that the places [from, to) of its bare form come from.
function stretchOf(text, { from, to }) {
  const { starts, ends } = bared(text);
  return to > from && to <= ends.length ? [starts[from], ends[to - 1]] : [0, text.length];
}

// A name made ready: `core` is its length without the word of rank (县), `letters` its sound as one word.
function prepared(text, cls = "") {
  const name = bare(text);
  const readings = graph.readings.names[text];
  const own = readings && readings.replaceAll("v", "u").split(" ");
  let read = 0;
  const syllables = Array.from({ length: name.length }, (_, at) => {
    const usual = syllableOf.get(name[at]);
    return usual === undefined ? "" : (own && own[read++]) || usual;
  });
  const core = cls === "County" ? name.replace(rankWord, "").length : name.length;
  const letters = syllables.map((syllable, at) => syllable || name[at]).join("");
  const isLatin = !han.test(name);
  const firsts = isLatin ? wordStarts(text) : null;
  return { text, name, syllables, core, letters, signs: signsOf(letters), firsts };
}

// Of a name in Latin letters, the places where its words begin: English is not sought within words.
function wordStarts(text) {
  const { starts } = bared(text);
  return new Set(starts.map((_, place) => place).filter((place) => (
    place === 0 || /[^\p{L}\p{N}]/u.test(text.slice(starts[place - 1] + 1, starts[place])))));
}

function signsOf(letters) {
  let signs = 0;
  for (let at = 0; at < letters.length; at += 1) signs |= 1 << (letters.charCodeAt(at) % 32);
  return signs;
}

// How `wanted` (bare) answers to a prepared name, null if it does not.
function matched(wanted, key) {
  return literally(wanted, key) || (/[a-z]/.test(wanted) ? bySound(wanted.replaceAll("v", "u"), key) : null);
}

function literally(wanted, { name, core, firsts }) {
  for (let from = name.indexOf(wanted); from >= 0; from = name.indexOf(wanted, from + 1)) {
    const to = from + wanted.length;
    if (from === 0) return { grade: to === core || to === name.length ? grades.whole : grades.start, from, to };
    if (!firsts || firsts.has(from)) return { grade: grades.inside, from, to };
  }
  return null;
}

// The best of all places where the sound fits: in full before by initials, at the front before within.
function bySound(wanted, key) {
  let best = null;
  for (let from = 0; from < key.name.length && !key.firsts; from += 1) {
    if (key.name[from] === wanted[0] || key.syllables[from][0] === wanted[0]) {
      for (const initials of [false, true]) {
        const to = walked(wanted, 0, key, from, initials);
        if (to < 0) continue;
        const isWhole = from === 0 && (to === key.core || to === key.name.length);
        const kind = initials ? "initials" : "sound";
        const grade = grades[`${kind}${isWhole ? "Whole" : from === 0 ? "Start" : "Inside"}`];
        if (!best || grade < best.grade) best = { grade, from, to };
        break;
      }
    }
  }
  return best;
}

// Where in the name the rest of `wanted` ends if it is read from place `at` on; -1 if it cannot be.
function walked(wanted, typed, key, at, initials) {
  if (typed === wanted.length) return at;
  if (at === key.name.length) return -1;
  const syllable = key.syllables[at];
  if (wanted[typed] === key.name[at]) {
    const to = walked(wanted, typed + 1, key, at + 1, initials);
    if (to >= 0) return to;
  }
  if (!syllable || wanted[typed] !== syllable[0]) return -1;
  if (wanted.startsWith(syllable, typed)) {
    const to = walked(wanted, typed + syllable.length, key, at + 1, initials);
    if (to >= 0) return to;
  }
  const rest = wanted.slice(typed);
  if (rest.length > (initials ? 0 : 1) && syllable.startsWith(rest)) return at + 1;
  if (!initials) return -1;
  for (const length of /^[zcs]h/.test(syllable) ? [2, 1] : [1]) {
    if (length < syllable.length && wanted.startsWith(syllable.slice(0, length), typed)) {
      const to = walked(wanted, typed + length, key, at + 1, initials);
      if (to >= 0) return to;
    }
  }
  return -1;
}

// How many slips of typing are forgiven: a sign too many, missing, wrong, or two neighbours exchanged.
function slipsAllowed(wanted) {
  if (han.test(wanted)) return wanted.length < 3 ? 0 : wanted.length < 6 ? 1 : 2;
  return wanted.length < 4 ? 0 : wanted.length < 8 ? 1 : 2;
}

// Where a part of the name, or its sound, is nearly `wanted`; null if more slips were needed than are forgiven.
function nearly(wanted, key) {
  const isHan = han.test(wanted);
  const slips = wanted.length > longestForgiven ? 0 : slipsAllowed(wanted);
  const same = isHan && sameSound(wanted, key);
  if (same) return same;
  if (!slips) return isHan ? oneOfTwo(wanted, key) : null;
  const sought = isHan ? wanted : wanted.replaceAll("v", "u");
  if (isHan ? isTooFar(sought, key.name, slips) : bits(signsOf(sought) & ~key.signs) > slips) return null;
  const found = nearest(sought, isHan ? key.name : key.letters, slips);
  if (!found) return null;
  const { from, to } = isHan ? found : placesOf(found, key);
  const isFront = from === 0 ? 0 : .5;
  return { grade: grades.near + found.slips + isFront + (to - from === key.core && from === 0 ? -.25 : 0), from, to };
}

// Another character of the same sound is the commonest slip of who types by sound.
function sameSound(wanted, key) {
  const syllables = [...wanted].map((character) => syllableOf.get(character));
  const found = syllables.includes(undefined) ? null : bySound(syllables.join(""), key);
  if (!found || found.grade > grades.soundInside || found.grade === grades.initialsWhole) return null;
  return found.to - found.from === wanted.length ? { ...found, grade: grades.near + found.grade / 100 } : null;
}

// Of a county's name of two characters one may be wrong.
function oneOfTwo(wanted, { name, core }) {
  if (wanted.length !== 2 || core !== 2 || name.length === core) return null;
  const same = Number(wanted[0] === name[0]) + Number(wanted[1] === name[1]);
  return same === 1 ? { grade: grades.near + 1.5, from: 0, to: 2 } : null;
}

function isTooFar(wanted, name, slips) {
  let missing = 0;
  for (const sign of wanted) if (!name.includes(sign)) missing += 1;
  return missing > slips;
}

function bits(number) {
  let count = 0;
  for (let rest = number; rest; rest &= rest - 1) count += 1;
  return count;
}

// The places of the characters whose syllables make up the letters [from, to) of the name's sound.
function placesOf({ from, to }, { syllables, name }) {
  let letters = 0;
  let first = -1;
  for (let at = 0; at < name.length; at += 1) {
    letters += syllables[at].length || 1;
    if (first < 0 && letters > from) first = at;
    if (letters >= to) return { from: first, to: at + 1 };
  }
  return { from: Math.max(first, 0), to: name.length };
}

const longestForgiven = 60;
const columnsOfCells = [0, 1, 2].map(() => new Int32Array(longestForgiven + 4));

// The part [from, to) of `text` that becomes `wanted` with the fewest slips, at most `slips`: optimal string alignment
// with a free start and a free end (Sellers 1980), rows that no way within the slips reaches left out (Ukkonen 1985).
// A cell holds the slips and, in its lower half, where the part begins.
function nearest(wanted, text, slips) {
  const height = wanted.length;
  const one = 1 << 16;
  const never = one << 8;
  let [older, last, next] = columnsOfCells;
  for (let row = 0; row < slips + 4; row += 1) older[row] = last[row] = row <= slips ? row * one : never;
  let [olderReach, reach] = [slips, slips];
  let best = null;
  for (let column = 1; column <= text.length; column += 1) {
    const sign = text[column - 1];
    const end = Math.min(height, Math.max(reach + 1, olderReach + 2));
    let nextReach = 0;
    next[0] = column;
    for (let row = 1; row <= end; row += 1) {
      let cell = wanted[row - 1] === sign ? last[row - 1] : Math.min(last[row - 1], last[row], next[row - 1]) + one;
      if (row > 1 && column > 1 && wanted[row - 2] === sign && wanted[row - 1] === text[column - 2]) {
        cell = Math.min(cell, older[row - 2] + one);
      }
      next[row] = cell;
      if (cell >> 16 <= slips) nextReach = row;
    }
    next[end + 1] = next[end + 2] = never;
    const found = end === height ? next[height] : never;
    if (found >> 16 <= slips && (!best || found >> 16 < best.slips)) {
      best = { slips: found >> 16, from: found & (one - 1), to: column };
    }
    [older, last, next] = [last, next, older];
    [olderReach, reach] = [reach, nextReach];
  }
  return best;
}
