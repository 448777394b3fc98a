// Generated from openapi/openapi.yaml by `npm run generate`. Do not edit.

import * as validators from "./validators.js";

export const validate_markMessagesAsRead = validate11;
const schema12 = {"type":"object","properties":{"path":{"type":"object","properties":{"order_id":{"type":"string","minLength":1}},"required":["order_id"]},"header":{"type":"object","properties":{"x-treat-ids-as-internal":{"type":"string","textOf":{"type":"boolean"}},"accept-language":{"anyOf":[{"$ref":"#/components/schemas/Locale"},{"type":"string"}]},"x-retailer-id":{"type":"string","minLength":1},"authorization":{"type":"string","pattern":"^Bearer [!-~]+$"}},"required":["authorization"]},"query":{"type":"object","properties":{},"required":[],"additionalProperties":false},"body":false},"required":[]};
const schema13 = {"type":"string","enum":["en-US","en-CA","fr-CA"]};
const pattern0 = new RegExp("^Bearer [!-~]+$", "u");

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.path !== undefined){
let data0 = data.path;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.order_id === undefined){
const err0 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/required",keyword:"required",params:{missingProperty: "order_id"},message:"must have required property '"+"order_id"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data0.order_id !== undefined){
let data1 = data0.order_id;
if(typeof data1 === "string"){
if(data1.length < 1){
const err1 = {instancePath:instancePath+"/path/order_id",schemaPath:"#/properties/path/properties/order_id/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/path/order_id",schemaPath:"#/properties/path/properties/order_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.header !== undefined){
let data2 = data.header;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.authorization === undefined){
const err4 = {instancePath:instancePath+"/header",schemaPath:"#/properties/header/required",keyword:"required",params:{missingProperty: "authorization"},message:"must have required property '"+"authorization"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data2["x-treat-ids-as-internal"] !== undefined){
let data3 = data2["x-treat-ids-as-internal"];
if(typeof data3 === "string"){
let value0 = data3;
try{
value0 = JSON.parse(data3);
}
catch(e0){
}
if(typeof value0 !== "boolean"){
const err5 = {instancePath:instancePath+"/header/x-treat-ids-as-internal",schemaPath:"#/properties/header/properties/x-treat-ids-as-internal/textOf/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/header/x-treat-ids-as-internal",schemaPath:"#/properties/header/properties/x-treat-ids-as-internal/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data2["accept-language"] !== undefined){
let data4 = data2["accept-language"];
const _errs12 = errors;
let valid4 = false;
const _errs13 = errors;
if(typeof data4 !== "string"){
const err7 = {instancePath:instancePath+"/header/accept-language",schemaPath:"#/components/schemas/Locale/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(!(((data4 === "en-US") || (data4 === "en-CA")) || (data4 === "fr-CA"))){
const err8 = {instancePath:instancePath+"/header/accept-language",schemaPath:"#/components/schemas/Locale/enum",keyword:"enum",params:{allowedValues: schema13.enum},message:"must be equal to one of the allowed values"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
var _valid0 = _errs13 === errors;
valid4 = valid4 || _valid0;
if(!valid4){
const _errs16 = errors;
if(typeof data4 !== "string"){
const err9 = {instancePath:instancePath+"/header/accept-language",schemaPath:"#/properties/header/properties/accept-language/anyOf/1/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
var _valid0 = _errs16 === errors;
valid4 = valid4 || _valid0;
}
if(!valid4){
const err10 = {instancePath:instancePath+"/header/accept-language",schemaPath:"#/properties/header/properties/accept-language/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
else {
errors = _errs12;
if(vErrors !== null){
if(_errs12){
vErrors.length = _errs12;
}
else {
vErrors = null;
}
}
}
}
if(data2["x-retailer-id"] !== undefined){
let data5 = data2["x-retailer-id"];
if(typeof data5 === "string"){
if(data5.length < 1){
const err11 = {instancePath:instancePath+"/header/x-retailer-id",schemaPath:"#/properties/header/properties/x-retailer-id/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/header/x-retailer-id",schemaPath:"#/properties/header/properties/x-retailer-id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data2.authorization !== undefined){
let data6 = data2.authorization;
if(typeof data6 === "string"){
if(!pattern0.test(data6)){
const err13 = {instancePath:instancePath+"/header/authorization",schemaPath:"#/properties/header/properties/authorization/pattern",keyword:"pattern",params:{pattern: "^Bearer [!-~]+$"},message:"must match pattern \""+"^Bearer [!-~]+$"+"\""};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/header/authorization",schemaPath:"#/properties/header/properties/authorization/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/header",schemaPath:"#/properties/header/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data.query !== undefined){
let data7 = data.query;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
for(const key0 in data7){
const err16 = {instancePath:instancePath+"/query",schemaPath:"#/properties/query/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
else {
const err17 = {instancePath:instancePath+"/query",schemaPath:"#/properties/query/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.body !== undefined){
const err18 = {instancePath:instancePath+"/body",schemaPath:"#/properties/body/false schema",keyword:"false schema",params:{},message:"must not be sent"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
else {
const err19 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}

export const validate_generateAccessToken = validate12;
const schema14 = {"type":"object","properties":{"path":{"type":"object","properties":{},"required":[]},"header":{"type":"object","properties":{"content-type":{"type":"string","pattern":"^application/json *(;|$)"}},"required":["content-type"]},"query":{"type":"object","properties":{},"required":[],"additionalProperties":false},"body":{"$ref":"#/components/schemas/AccessTokenRequest"}},"required":["body"]};
const pattern1 = new RegExp("^application/json *(;|$)", "u");
const schema15 = {"anyOf":[{"$ref":"#/components/schemas/FulfillmentUserAssertionGrant"},{"$ref":"#/components/schemas/ClientCredentialsGrant"}]};
const schema16 = {"type":"object","required":["grant_type","client_id","client_secret","assertion"],"properties":{"grant_type":{"type":"string","const":"fulfillment_user_assertion"},"client_id":{"$ref":"#/components/schemas/ClientId"},"client_secret":{"$ref":"#/components/schemas/ClientSecret"},"scope":{"$ref":"#/components/schemas/Scope"},"assertion":{"type":"string","minLength":1}}};
const schema17 = {"type":"string","minLength":1};
const schema18 = {"type":"string","minLength":1};
const schema19 = {"type":"string","minLength":1};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.grant_type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "grant_type"},message:"must have required property '"+"grant_type"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.client_id === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "client_id"},message:"must have required property '"+"client_id"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.client_secret === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "client_secret"},message:"must have required property '"+"client_secret"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.assertion === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "assertion"},message:"must have required property '"+"assertion"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.grant_type !== undefined){
let data0 = data.grant_type;
if(typeof data0 !== "string"){
const err4 = {instancePath:instancePath+"/grant_type",schemaPath:"#/properties/grant_type/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if("fulfillment_user_assertion" !== data0){
const err5 = {instancePath:instancePath+"/grant_type",schemaPath:"#/properties/grant_type/const",keyword:"const",params:{allowedValue: "fulfillment_user_assertion"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.client_id !== undefined){
let data1 = data.client_id;
if(typeof data1 === "string"){
if(data1.length < 1){
const err6 = {instancePath:instancePath+"/client_id",schemaPath:"#/components/schemas/ClientId/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/client_id",schemaPath:"#/components/schemas/ClientId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.client_secret !== undefined){
let data2 = data.client_secret;
if(typeof data2 === "string"){
if(data2.length < 1){
const err8 = {instancePath:instancePath+"/client_secret",schemaPath:"#/components/schemas/ClientSecret/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
else {
const err9 = {instancePath:instancePath+"/client_secret",schemaPath:"#/components/schemas/ClientSecret/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.scope !== undefined){
let data3 = data.scope;
if(typeof data3 === "string"){
if(data3.length < 1){
const err10 = {instancePath:instancePath+"/scope",schemaPath:"#/components/schemas/Scope/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/scope",schemaPath:"#/components/schemas/Scope/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.assertion !== undefined){
let data4 = data.assertion;
if(typeof data4 === "string"){
if(data4.length < 1){
const err12 = {instancePath:instancePath+"/assertion",schemaPath:"#/properties/assertion/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
else {
const err13 = {instancePath:instancePath+"/assertion",schemaPath:"#/properties/assertion/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
else {
const err14 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
validate14.errors = vErrors;
return errors === 0;
}

const schema20 = {"type":"object","required":["grant_type","client_id","client_secret"],"properties":{"grant_type":{"type":"string","const":"client_credentials"},"client_id":{"$ref":"#/components/schemas/ClientId"},"client_secret":{"$ref":"#/components/schemas/ClientSecret"},"scope":{"$ref":"#/components/schemas/Scope"}}};

function validate16(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.grant_type === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "grant_type"},message:"must have required property '"+"grant_type"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.client_id === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "client_id"},message:"must have required property '"+"client_id"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.client_secret === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "client_secret"},message:"must have required property '"+"client_secret"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.grant_type !== undefined){
let data0 = data.grant_type;
if(typeof data0 !== "string"){
const err3 = {instancePath:instancePath+"/grant_type",schemaPath:"#/properties/grant_type/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if("client_credentials" !== data0){
const err4 = {instancePath:instancePath+"/grant_type",schemaPath:"#/properties/grant_type/const",keyword:"const",params:{allowedValue: "client_credentials"},message:"must be equal to constant"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.client_id !== undefined){
let data1 = data.client_id;
if(typeof data1 === "string"){
if(data1.length < 1){
const err5 = {instancePath:instancePath+"/client_id",schemaPath:"#/components/schemas/ClientId/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
else {
const err6 = {instancePath:instancePath+"/client_id",schemaPath:"#/components/schemas/ClientId/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.client_secret !== undefined){
let data2 = data.client_secret;
if(typeof data2 === "string"){
if(data2.length < 1){
const err7 = {instancePath:instancePath+"/client_secret",schemaPath:"#/components/schemas/ClientSecret/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
else {
const err8 = {instancePath:instancePath+"/client_secret",schemaPath:"#/components/schemas/ClientSecret/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.scope !== undefined){
let data3 = data.scope;
if(typeof data3 === "string"){
if(data3.length < 1){
const err9 = {instancePath:instancePath+"/scope",schemaPath:"#/components/schemas/Scope/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/scope",schemaPath:"#/components/schemas/Scope/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
validate16.errors = vErrors;
return errors === 0;
}


function validate13(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
if(!(validate14(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
if(!valid0){
const _errs2 = errors;
if(!(validate16(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate16.errors : vErrors.concat(validate16.errors);
errors = vErrors.length;
}
var _valid0 = _errs2 === errors;
valid0 = valid0 || _valid0;
}
if(!valid0){
const err0 = {instancePath,schemaPath:"#/anyOf",keyword:"anyOf",params:{},message:"must match a schema in anyOf"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate13.errors = vErrors;
return errors === 0;
}


function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.body === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "body"},message:"must have required property '"+"body"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.path !== undefined){
let data0 = data.path;
if(!(data0 && typeof data0 == "object" && !Array.isArray(data0))){
const err1 = {instancePath:instancePath+"/path",schemaPath:"#/properties/path/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.header !== undefined){
let data1 = data.header;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1["content-type"] === undefined){
const err2 = {instancePath:instancePath+"/header",schemaPath:"#/properties/header/required",keyword:"required",params:{missingProperty: "content-type"},message:"must have required property '"+"content-type"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data1["content-type"] !== undefined){
let data2 = data1["content-type"];
if(typeof data2 === "string"){
if(!pattern1.test(data2)){
const err3 = {instancePath:instancePath+"/header/content-type",schemaPath:"#/properties/header/properties/content-type/pattern",keyword:"pattern",params:{pattern: "^application/json *(;|$)"},message:"must match pattern \""+"^application/json *(;|$)"+"\""};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/header/content-type",schemaPath:"#/properties/header/properties/content-type/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/header",schemaPath:"#/properties/header/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.query !== undefined){
let data3 = data.query;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
for(const key0 in data3){
const err6 = {instancePath:instancePath+"/query",schemaPath:"#/properties/query/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
else {
const err7 = {instancePath:instancePath+"/query",schemaPath:"#/properties/query/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.body !== undefined){
if(!(validate13(data.body, {instancePath:instancePath+"/body",parentData:data,parentDataProperty:"body",rootData}))){
vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
errors = vErrors.length;
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}

export const documentedOperations = [
{
  "operationId": "markMessagesAsRead",
  "method": "PUT",
  "path": "/v2/post_checkout/chat/{order_id}/messages",
  "requestBodies": [],
  validateRequest: validate_markMessagesAsRead,
  responses: [{
  "name": "messagesRead",
  "status": 200,
  "contentType": "application/json",
  "body": {
    "messages_read_count": 15
  },
  validators: [validators.validateMessagesRead]
},
{
  "name": "noUnreadMessages",
  "status": 200,
  "contentType": "application/json",
  "body": {
    "messages_read_count": 0
  },
  validators: [validators.validateMessagesRead]
},
{
  "name": "userIdNotFound",
  "status": 400,
  "contentType": "application/json",
  "body": {
    "error": {
      "message": "User ID not found",
      "code": 4001
    }
  },
  validators: [validators.validateMultipleErrors, validators.validateSingleError]
},
{
  "name": "multipleErrors",
  "status": 400,
  "contentType": "application/json",
  "body": {
    "error": {
      "message": "There were issues with your request",
      "code": 9999,
      "errors": [
        {
          "error": {
            "message": "can't be blank",
            "code": 1001
          },
          "meta": {
            "key": "order.service_option_id"
          }
        }
      ]
    }
  },
  validators: [validators.validateMultipleErrors, validators.validateSingleError]
},
{
  "name": "unauthorized",
  "status": 401,
  "contentType": "application/json",
  "body": {
    "error": {
      "message": "The access token is not valid",
      "code": 401
    }
  },
  validators: [validators.validateMultipleErrors, validators.validateSingleError]
},
{
  "name": "forbidden",
  "status": 403,
  "contentType": "application/json",
  "body": {
    "error": {
      "message": "The caller is not allowed to do this",
      "code": 403
    }
  },
  validators: [validators.validateMultipleErrors, validators.validateSingleError]
},
{
  "name": "orderNotFound",
  "status": 404,
  "contentType": "application/json",
  "body": {
    "error": {
      "message": "Resource not found",
      "code": 4000
    }
  },
  validators: [validators.validateMultipleErrors, validators.validateSingleError]
},
{
  "name": "requestTimeout",
  "status": 408,
  "contentType": "application/json",
  "body": {
    "error": {
      "message": "The connection was idle for too long",
      "code": 408
    }
  },
  validators: [validators.validateMultipleErrors, validators.validateSingleError]
},
{
  "name": "tooManyRequests",
  "status": 429,
  "contentType": "application/json",
  "body": {
    "error": {
      "message": "Too many requests",
      "code": 429
    }
  },
  validators: [validators.validateMultipleErrors, validators.validateSingleError]
},
{
  "name": 500,
  "status": 500,
  validators: []
},
{
  "name": 503,
  "status": 503,
  validators: []
}]
},
{
  "operationId": "generateAccessToken",
  "method": "POST",
  "path": "/v2/oauth/token",
  "requestBodies": [
    {
      "grant_type": "fulfillment_user_assertion",
      "client_id": "client-123",
      "client_secret": "not-a-real-secret",
      "scope": "connect:post_checkout",
      "assertion": "eyJ1c2VyX2lkIjoidXNlci0xMjMifQ=="
    },
    {
      "grant_type": "client_credentials",
      "client_id": "client-123",
      "client_secret": "not-a-real-secret",
      "scope": "connect:post_checkout"
    }
  ],
  validateRequest: validate_generateAccessToken,
  responses: [{
  "name": "accessToken",
  "status": 200,
  "contentType": "application/json",
  "body": {
    "access_token": "not-a-real-token",
    "token_type": "Bearer",
    "expires_in": 86400,
    "scope": "connect:post_checkout",
    "created_at": 1603897760
  },
  validators: [validators.validateAccessToken]
},
{
  "name": "accessTokenWithoutScope",
  "status": 200,
  "contentType": "application/json",
  "body": {
    "access_token": "not-a-real-token",
    "token_type": "Bearer",
    "expires_in": 86400,
    "created_at": 1603897760
  },
  validators: [validators.validateAccessToken]
},
{
  "name": "invalidGrant",
  "status": 400,
  "contentType": "application/json",
  "body": {
    "error": "invalid_grant",
    "error_description": "The assertion is invalid"
  },
  validators: [validators.validateOAuthError]
},
{
  "name": "invalidClient",
  "status": 401,
  "contentType": "application/json",
  "body": {
    "error": "invalid_client",
    "error_description": "The client id or the client secret is invalid"
  },
  validators: [validators.validateOAuthError]
},
{
  "name": 403,
  "status": 403,
  validators: []
},
{
  "name": 404,
  "status": 404,
  validators: []
},
{
  "name": 408,
  "status": 408,
  validators: []
},
{
  "name": 429,
  "status": 429,
  validators: []
},
{
  "name": 500,
  "status": 500,
  validators: []
},
{
  "name": 503,
  "status": 503,
  validators: []
}]
},
];
