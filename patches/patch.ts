// The data of this room: what a mail says (PatchMail, FilePatch, Hunk), what it is applied to
// (SourceTree), and what came of it (FileChange, HunkReport, Problem). Plain data, no behaviour.
//
// The one hard thing is text against bytes. A patch must reproduce bytes that no charset explains (Latin-1
// names in old files, CR, NUL), while a subject or a message is text for people. So everything that is
// compared with a file or copied into one is a ByteString: a string with one char (0..255) for each byte.
// Subjects, names and messages are ordinary Unicode strings. bytes.ts converts between the two.

/** A string whose chars are bytes (0..255). Lines and file contents are kept so; see bytes.ts. */
export type ByteString = string;

/** A place in the input as it came (before any decoding); lines and columns count from 1. */
export interface MailPlace {
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** A place in the tree; lines count from 1. */
export interface SourcePlace {
  readonly path: string;
  readonly line: number;
}

export type Severity = "error" | "warning" | "note";

/** Something a person can act on. `message` is a whole sentence; the rest is the same as data. */
export interface Problem {
  readonly severity: Severity;
  /** Stable short name, for tests and JSON: "context-differs", "already-applied", "unsafe-path" ... */
  readonly code: string;
  readonly message: string;
  /** The way out, as a sentence. */
  readonly help?: string;
  readonly mail?: MailPlace;
  readonly source?: SourcePlace;
  /** Number of the hunk within its file, from 1. */
  readonly hunk?: number;
  /** The line the patch wanted and the line that stands there; ready to show, tabs kept. */
  readonly wanted?: string;
  readonly found?: string;
  /** Where the hunk would nearly have fitted. */
  readonly nearest?: { readonly line: number; readonly matching: number; readonly of: number };
  /** Every reading or place that fits, when more than one does. */
  readonly candidates?: readonly SourcePlace[];
}

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface Trailer {
  readonly key: string;
  readonly value: string;
}

export interface DiffstatLine {
  readonly path: string;
  /** Changed lines; null for a binary file. */
  readonly changed: number | null;
}

export type LineKind = " " | "-" | "+";

/** One line of a hunk, without its prefix and without its newline. */
export interface HunkLine {
  readonly kind: LineKind;
  readonly text: ByteString;
  /** True for the last line of a file that ends without a newline. */
  readonly noNewline: boolean;
  /** Line of the mail it came from; 0 for a line that came from elsewhere. */
  readonly mailLine: number;
}

export interface RawLine {
  readonly text: ByteString;
  readonly mailLine: number;
}

/** A hunk as read. `lines` is null when its body cannot be read by its counts: then only the healer can. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldCount: number;
  readonly newStart: number;
  readonly newCount: number;
  /** What follows the second `@@`: usually the function the change is in. */
  readonly heading: ByteString;
  readonly lines: readonly HunkLine[] | null;
  /** The body as it came, up to the next header: what the healer starts from. */
  readonly raw: readonly RawLine[];
  /** Its counts leave lines in front of the next hunk: a reading must take all of them. */
  readonly full?: true;
  /** The body cannot be read by its counts, and the text ends with it. */
  readonly open?: true;
  readonly mailLine: number;
}

export type ChangeKind = "modify" | "create" | "delete" | "rename" | "copy";

/** The part of a patch that is about one file. Names are as written (prefix kept), unquoted. */
export interface FilePatch {
  readonly kind: ChangeKind;
  /** null: /dev/null. */
  readonly oldName: string | null;
  readonly newName: string | null;
  /** Names from `rename from/to` and `copy from/to`, which carry no a/ b/ prefix; else equal to the names. */
  readonly bareNames: boolean;
  /** Headed by `diff --git`. */
  readonly git: boolean;
  /** File modes as numbers (0o100644), where the header gives them. */
  readonly oldMode?: number;
  readonly newMode?: number;
  /** Blob ids from `index a..b`, abbreviated or whole. */
  readonly oldBlob?: string;
  readonly newBlob?: string;
  readonly binary: boolean;
  /** The header's own lines end in CR LF: then CRs at the ends of hunk lines may be the transport's. */
  readonly crlf: boolean;
  readonly hunks: readonly Hunk[];
  readonly mailLine: number;
}

/** How the text reached us: a MIME mail, a page copied from a web archive, or a bare diff. */
export type MailForm = "mail" | "page" | "diff";

/** One mail with (or, for a cover letter, without) a patch. */
export interface PatchMail {
  readonly form: MailForm;
  /** Subject without `Re:` and without the bracketed tags. */
  readonly subject: string;
  /** The tags in brackets: ["PATCH", "RFC"]; numbers are taken out into the fields below. */
  readonly tags: readonly string[];
  readonly version: number;
  /** Place in the series, 0 for the cover letter; 1 of 1 when the subject carries no number. */
  readonly index: number;
  readonly total: number;
  /** The subject has a number: 1/1 belongs to a series with a cover letter, a plain [PATCH] to none. */
  readonly numbered: boolean;
  /** The in-body From where there is one, else the sender. */
  readonly author: Person;
  readonly sender: Person;
  /** As written in the mail. */
  readonly date: string;
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly references: readonly string[];
  readonly isReply: boolean;
  /** The commit message: body above `---`, in-body headers and scissors taken out. */
  readonly message: string;
  /** What stands between `---` and the diff, diffstat taken out. */
  readonly notes: string;
  readonly trailers: readonly Trailer[];
  readonly diffstat: readonly DiffstatLine[];
  /** The diffstat lost the blank that each of its lines begins with: so did the diff. */
  readonly trimmed: boolean;
  readonly baseCommit?: string;
  readonly prerequisites: readonly string[];
  readonly changeId?: string;
  readonly files: readonly FilePatch[];
  /** Repairs that were made to the text before it could be read: unquoted, unindented, entities decoded. */
  readonly repairs: readonly Repair[];
  /** Name of the input, if that was given. */
  readonly file?: string;
  /** Line of the input where this mail starts. */
  readonly mailLine: number;
}

export type RepairKind =
  | "quoted" // `> ` in front of every line taken off
  | "indented" // a common indent taken off
  | "entities" // &lt; &gt; &amp; &quot; decoded
  | "charset" // no-break spaces, smart quotes, a re-encoded line
  | "wrapped" // two lines of the mail joined into one
  | "prefix" // a lost leading blank of a context line
  | "whitespace" // blanks and tabs of a context or deleted line taken from the source
  | "line-ending" // CR added or dropped to match the source
  | "counts" // the numbers in `@@` did not add up
  | "indent" // an added line indented to the style of its surroundings
  | "footer"; // mail text behind the last hunk left out

export interface Repair {
  readonly kind: RepairKind;
  readonly mailLine: number;
  /** What it became, or a word on what was done. */
  readonly text: string;
}

export interface TreeEntry {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly executable: boolean;
}

/** The files a patch is applied to, in memory. Paths are relative, with `/`. */
export interface SourceTree {
  /** The bytes of a regular file, or null where there is none. */
  read(path: string): Uint8Array | null;
  /** Paths of all regular files. */
  list(): readonly string[];
  /** What stands at a path, links not followed; a tree of plain files may leave this out. */
  entry?(path: string): TreeEntry | null;
}

export type Proof = "proven" | "differs" | "unknown";

/** What applying does to one file. */
export interface FileChange {
  readonly kind: ChangeKind;
  readonly path: string;
  /** The other end of a rename or copy. */
  readonly from?: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  /** 0o100644 or 0o100755 where known. */
  readonly oldMode?: number;
  readonly newMode?: number;
  /** The hunks as they were applied: healed, with the line numbers where they landed. */
  readonly hunks: readonly Hunk[];
  /** Whether the blob ids of the patch's `index` line agree with the bytes before and after. */
  readonly base: Proof;
  readonly result: Proof;
  /** Conflict regions written with markers; only after a three-way merge. */
  readonly conflicts: number;
}

export interface HunkReport {
  readonly path: string;
  /** Number within the file's hunks, from 1. */
  readonly hunk: number;
  readonly of: number;
  readonly mailLine: number;
  /** First line of the old side: where the hunk said it would be, and where it was placed in the old file. */
  readonly wantedLine: number;
  readonly line: number;
  /** Lines it had to be moved, beyond what earlier hunks of this patch account for. */
  readonly offset: number;
  readonly fuzz: number;
  readonly added: number;
  readonly removed: number;
  readonly heading: HeadingCheck;
  readonly repairs: readonly Repair[];
}

/** The `@@` heading against the function the hunk landed in. */
export interface HeadingCheck {
  readonly verdict: "same" | "differs" | "none";
  readonly wanted: string;
  readonly found: string;
  /** Line of the heading found. */
  readonly line: number;
}

export type Sha1 = (text: string, bytes: Uint8Array) => string;

export interface ApplyOptions {
  /** Leading path components to take off; found by trying when left out. */
  readonly strip?: number;
  readonly reverse?: boolean;
  /** Context lines at a hunk's ends that may be ignored; 0 when left out. */
  readonly fuzz?: number;
  /** On a failed hunk, merge and leave conflict markers. */
  readonly threeWay?: boolean;
  /** Finds the bytes of a blob by (abbreviated) id, for the three-way merge. */
  readonly blob?: (id: string) => Uint8Array | null;
  /** SHA-1 in hex over ASCII text and the bytes behind it, where the host has a faster one than this room. */
  readonly sha1?: Sha1;
  /** A string with one char for each byte, where the host has a faster way than this room. */
  readonly byteString?: (bytes: Uint8Array) => ByteString;
  /** The bytes of such a string; what is handed back is only read. */
  readonly rawBytes?: (text: ByteString) => Uint8Array;
  /** Keep what fits and hand back the rest as rejects, as GNU patch does. */
  readonly reject?: boolean;
  /** Name of the mail's file, for places in messages; the mail's own when left out. */
  readonly file?: string;
}

export interface Reject {
  readonly path: string;
  readonly text: Uint8Array;
}

export type ApplyResult =
  | {
      readonly ok: true;
      readonly changes: readonly FileChange[];
      readonly report: readonly HunkReport[];
      readonly warnings: readonly Problem[];
    }
  | {
      readonly ok: false;
      /** What stands in the way; at least one. */
      readonly problems: readonly Problem[];
      /** The hunks that would have fitted. */
      readonly report: readonly HunkReport[];
      readonly warnings: readonly Problem[];
      /** Only with `reject`: what could be applied, and what could not. */
      readonly changes: readonly FileChange[];
      readonly rejects: readonly Reject[];
    };

/** Bytes of a charset as text; null when it is not known. */
export type Decode = (bytes: Uint8Array, charset: string) => string | null;

export interface ReadOptions {
  /** Name of the input, for places in messages. */
  readonly file?: string;
  /** For subjects, names and messages in charsets other than UTF-8, Latin-1 and Windows-1252, which the room knows. */
  readonly decode?: Decode;
  /** As for applying. */
  readonly byteString?: (bytes: Uint8Array) => ByteString;
}

export interface ReadResult {
  /** In the order of the input; cover letters and replies included, with no files. */
  readonly mails: readonly PatchMail[];
  readonly problems: readonly Problem[];
}

/** One version of a series, in order. */
export interface Series {
  readonly subject: string;
  readonly version: number;
  readonly total: number;
  readonly cover: PatchMail | null;
  /** Patches by number; where a number came twice the last one counts. */
  readonly patches: readonly PatchMail[];
  readonly missing: readonly number[];
  /** Trailers that people sent in replies, with the number of the patch they answer (0: the cover). */
  readonly replyTrailers: readonly {
    readonly index: number;
    readonly trailer: Trailer;
    readonly from: Person;
  }[];
  readonly baseCommit?: string;
  readonly prerequisites: readonly string[];
}
