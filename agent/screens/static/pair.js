// A screen from elsewhere types the code that the till shows, and gets its role.

import { post } from "/static/live.js";

const $ = (id) => document.getElementById(id);
const WHOLE = /^\d{6}$/;

async function enter() {
  const code = $("code").value.trim();
  if (!WHOLE.test(code)) {
    $("why").textContent = "Il faut six chiffres.";
    return;
  }
  const answer = await post("pair/enter", { code });
  if (answer.done) {
    location.assign(`/${answer.role}`);
    return;
  }
  $("why").textContent = `${answer.words.fr}. ${answer.words.en}.`;
  $("code").select();
}

$("enter").addEventListener("click", enter);
$("code").addEventListener("keydown", (event) => {
  if (event.key === "Enter") enter();
});
$("code").focus();
