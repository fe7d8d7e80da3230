// The annotate page. Each part is a module of its own; this starts them.

import * as chain from "./chain.js";
import * as checkedBefore from "./checked-before.js";
import * as claims from "./claims.js";
import * as documentPane from "./document-pane.js";
import * as drafts from "./drafts.js";
import * as help from "./help.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as newClaim from "./new-claim.js";
import * as panel from "./panel.js";
import * as queue from "./queue.js";
import "./send-by-key.js";
import * as sourcePicker from "./source-picker.js";
import * as suggestions from "./suggestions.js";
import { textPane } from "./text.js";

// What an answer brings can be used at once, and its old look is not copied onto it: the content
// security policy refuses a style attribute that is set as text.
htmx.config.defaultSettleDelay = 0;
htmx.config.attributesToSettle = [];
htmx.config.timeout = 20_000;

for (const part of [chain, drafts, panel, documentPane, claims, newClaim, sourcePicker, help, keys, live, checkedBefore, suggestions, queue]) part.start();

document.getElementById("annotate").dataset.ready = "";
if (document.activeElement === document.body) textPane.focus({ preventScroll: true });
