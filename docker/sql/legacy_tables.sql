-- A small legacy MySQL, shaped as the shipped config/reference_sources.yml expects it: the databases
-- annuity_hub and enterprise with a few rows each.
set names utf8mb4;

create database annuity_hub character set utf8mb4;
create table annuity_hub.`年金计划` (
  `年金计划号` varchar(255) primary key,
  `计划简称` varchar(255), `计划全称` varchar(255), `主拓代码` varchar(10), `计划类型` varchar(255),
  `客户名称` varchar(255), company_id varchar(50), `管理资格` varchar(255), `计划状态` varchar(255),
  `主拓机构` varchar(10), `组合数` int, `备注` text
);
insert into annuity_hub.`年金计划` (`年金计划号`, `计划全称`, `主拓代码`, `计划类型`, `计划状态`, `组合数`) values
  ('P0001', '示例一号企业年金计划', 'G01', '单一计划', '正常', 1),
  ('P0002', '示例二号企业年金计划', 'G02', '集合计划', '正常', 1);

create table annuity_hub.`组合计划` (
  `组合代码` varchar(255) primary key,
  `年金计划号` varchar(255), `组合名称` varchar(255), `组合简称` varchar(255), `组合状态` varchar(255),
  `运作开始日` date, `组合类型` varchar(255), `子分类` varchar(255), `受托人` varchar(255),
  `投资管理人` varchar(255), `备注` text
);
insert into annuity_hub.`组合计划` (`组合代码`, `年金计划号`, `组合名称`, `运作开始日`) values
  ('Q0001', 'P0001', '示例一号稳健组合', '2020-01-01'),
  ('Q0002', 'P0002', '示例二号进取组合', '2021-07-01');

create database enterprise character set utf8mb4;
create table enterprise.`组织架构` (
  `机构代码` varchar(255) primary key,
  `机构` varchar(255), `年金中心` varchar(255), `战区` varchar(255), `NO_机构` int, `NO_年金中心` int,
  `NO_区域` int, `新架构` varchar(255), `行政域` varchar(255)
);
insert into enterprise.`组织架构` (`机构代码`, `机构`, `NO_机构`) values
  ('G00', '总部', 0), ('G01', '北京', 1), ('G02', '上海', 2);
