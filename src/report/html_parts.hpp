// SPDX-License-Identifier: Apache-2.0
// The fixed parts of the HTML report: nothing is fetched, light and dark follow the reader's system,
// everything is readable without the script, which only filters.
#pragma once

#include <string_view>

namespace podseer::report {

inline constexpr std::string_view kHtmlStyle = R"css(
:root{--bg:#fbfbfa;--fg:#1d2125;--dim:#5c6670;--card:#fff;--line:#dcdfe3;--bad:#b3261e;--warn:#8a5a00;--good:#1b6e3c;
--note:#0b5c8a;--wait:#c9a227;--back:#e0a29d;--code:#f4f4f2;--chip:#eef0f2}
@media(prefers-color-scheme:dark){:root{--bg:#16181b;--fg:#e4e6e8;--dim:#9aa3ab;--card:#1e2125;--line:#33383e;--bad:#ff8a80;
--warn:#f0c060;--good:#7fd69b;--note:#82c7f0;--wait:#a88a2a;--back:#7d3d39;--code:#15171a;--chip:#2a2e33}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
main,header{max-width:70rem;margin:0 auto;padding:1rem}h1{font-size:1.4rem;margin:.5rem 0}h2{font-size:1.05rem;margin:0;overflow-wrap:anywhere}
.dim{color:var(--dim)}.tools{display:flex;gap:.6rem;flex-wrap:wrap;align-items:center;margin:.8rem 0}
input[type=search]{flex:1 1 16rem;padding:.45rem .6rem;border:1px solid var(--line);border-radius:.4rem;background:var(--card);
color:var(--fg);font:inherit}label{white-space:nowrap}
.card{background:var(--card);border:1px solid var(--line);border-left:.3rem solid var(--line);border-radius:.4rem;padding:.8rem 1rem;
margin:0 0 .9rem;break-inside:avoid}.card.bad{border-left-color:var(--bad)}.card.good{border-left-color:var(--good)}
.card.warn{border-left-color:var(--warn)}
.top{display:flex;gap:.8rem;flex-wrap:wrap;align-items:baseline}.status{font-weight:600}.bad .status,.error{color:var(--bad)}
.good .status{color:var(--good)}.warning{color:var(--warn)}.note{color:var(--note)}
.chip{background:var(--chip);border-radius:.8rem;padding:0 .55rem;font-size:.85rem}
pre{background:var(--code);border:1px solid var(--line);border-radius:.3rem;padding:.6rem;overflow-x:auto;font:13px/1.45 ui-monospace,monospace;
margin:.5rem 0}code{font:13px ui-monospace,monospace}
details{margin:.5rem 0 0}summary{cursor:pointer}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:.4rem 0}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}svg{display:block;width:100%;height:auto;margin:.6rem 0 0}
svg text{fill:var(--dim);font:11px system-ui,sans-serif}.waiting{fill:var(--wait)}.running{fill:var(--note)}.ready{fill:var(--good)}
.terminated{fill:var(--bad)}.backoff{fill:var(--back)}.axis{stroke:var(--line)}
[hidden]{display:none!important}
@media print{.tools{display:none}details>*{display:block}body{background:#fff}}
)css";

inline constexpr std::string_view kHtmlScript = R"js(
(function(){
var words=document.getElementById('words'),failing=document.getElementById('failing'),shown=document.getElementById('shown');
var cards=Array.prototype.slice.call(document.querySelectorAll('.card'));
function filter(){
var wanted=words.value.toLowerCase().split(/\s+/).filter(Boolean),count=0;
cards.forEach(function(card){
var text=card.textContent.toLowerCase();
var fits=wanted.every(function(word){return text.indexOf(word)>=0})&&!(failing.checked&&card.classList.contains('good'));
card.hidden=!fits;if(fits)count++;});
shown.textContent=count+' of '+cards.length;}
words.addEventListener('input',filter);failing.addEventListener('change',filter);
document.querySelector('.tools').hidden=false;filter();})();
)js";

}  // namespace podseer::report
